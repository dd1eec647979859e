"""What happens in one case, from the arrest to a release, and who claims which part of it."""

from synthetic.imprisonment import Imprisonment
from synthetic.proceedings import Proceedings
from synthetic.reactions import Reactions


class Events(Proceedings, Imprisonment, Reactions):
    """One case of one person."""

    def write(self) -> None:
        """All claims of the case, in order of time."""
        self._arrest()
        self._charge()
        self._search()
        self._trial()
        self._judged()
        self._appeal()
        self._held()
        self._recognised()
        self._spoken()
        if self.released:
            self._release()
