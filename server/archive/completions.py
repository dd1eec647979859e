"""The classes and properties that queries can name, for editors that complete what is typed."""

from server.archive.model import Model
from server.archive.vocabulary import OWL, RDF


def completions(model: Model) -> dict[str, list[str]]:
    """What the ontology declares, without the properties that only steer checks and display."""
    classes = {str(term) for term in model.ontology.subjects(RDF.type, OWL.Class)}
    properties = model.declared - classes - model.annotations()
    return {"classes": sorted(classes), "properties": sorted({*properties, str(RDF.type)})}
