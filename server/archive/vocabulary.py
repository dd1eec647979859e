"""The namespaces that Python may name: standards, and our own annotations on ontology and shapes."""

from rdflib import Namespace
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, XSD

__all__ = [
    "DASH", "EDTF", "LANGUAGES", "NOTES", "OWL", "RDF",
    "RDFS", "SCHEMA", "SH", "SHAPES", "SKOS", "XSD",
]  # fmt: skip

DASH = Namespace("http://datashapes.org/dash#")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/").EDTF
# Only annotations that steer checks and display are taken from here, never a term that data use.
NOTES = Namespace("https://w3id.org/praleska/ontology#")
SCHEMA = "https://schema.org/"
# Our own shapes; Python names those that stand for checks and headings of the software itself.
SHAPES = "https://w3id.org/praleska/shapes#"
# Interface languages, in the order in which a missing label is looked for.
LANGUAGES = ("be", "ru", "en")
