"""The short way of a query: read, looked up among the answers that are kept, or sent to a worker."""

from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from server.errors import PraleskaError
from server.store.answers import Answer, Dataset, Formats, Queries
from server.web import protocol, replies
from server.web.cache import Cache

_MIB = 1024 * 1024
# Requests that were read are kept too: a program asks the same thing in the same words.
_READ_BYTES = 8 * _MIB


class Question(NamedTuple):
    """A query that a program asks; `digest` is empty when the answer may differ each time."""

    text: str
    dataset: Dataset
    formats: Formats
    digest: str


class Reply(NamedTuple):
    """What is sent; `answer` is missing where the reader has it already."""

    headers: list[tuple[str, str]]
    answer: Answer | None
    was_kept: bool = False


class Shortcut:
    """Answers programs, from one release; what is not for it, or is wrong, it leaves to the application."""

    def __init__(self, cache_bytes: int) -> None:
        self.kept: Cache[Reply] = Cache(cache_bytes)
        self._read: Cache[Question] = Cache(_READ_BYTES)

    def read_before(self, address: str, headers: Any) -> Question | None:
        """What a GET asks that was read before in the same words."""
        return self._read.get((address, ",".join(headers.get_all("accept"))))

    def question(self, head: protocol.Head, body: bytes) -> Question | None:
        """What a program asks; None when it asks nothing, not well, or for a page."""
        found = _question(head, body)
        if found is not None and head.method == "GET":
            self._read.put((head.address.decode(), head.accept), found, 4 * len(head.address))
        return found

    def kept_reply(self, question: Question, release: str, known: str) -> Reply | None:
        """The answer without work: the reader has it, as the If-None-Match in `known` says, or it is kept."""
        if known:
            etag = replies.tag(release, question.digest)
            if replies.is_known(etag, known):
                return Reply(list(replies.unchanged(etag).items()), None)
        return self.kept.get(question.digest)

    async def reply(self, question: Question, release: str, queries: Queries, client: bytes) -> Reply:
        """The answer of a worker. Raises what `Queries.ask` raises."""
        answer = await queries.ask(question.text, question.formats, question.dataset, client)
        etag = replies.tag(release, question.digest)
        reply = Reply(list(replies.headers(answer, etag).items()), answer)
        if etag:
            self.kept.put(question.digest, reply._replace(was_kept=True), len(answer.body) + len(etag))
        return reply


def _question(head: protocol.Head, body: bytes) -> Question | None:
    if len(body) > protocol.LONGEST:
        return None
    try:
        asked = protocol.read(head, lambda: body)
    except (HTTPException, PraleskaError):
        return None  # the application says what is wrong
    formats = asked.formats
    if asked.text is None or asked.for_people or formats == Formats():
        return None
    digest = replies.digest(asked.text, formats, asked.dataset)
    return Question(asked.text, asked.dataset, formats, digest)
