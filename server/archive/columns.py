"""What each list holds: its classes, its columns, and the fields by which it can be narrowed."""

from dataclasses import dataclass

from rdflib import URIRef

from server.archive.model import Field, Model, TypeShape
from server.archive.vocabulary import DASH, EDTF, SH


@dataclass(frozen=True)
class Plan:
    """One list as its shape wants it."""

    shape: TypeShape
    classes: tuple[str, ...]
    columns: tuple[Field, ...]
    facets: tuple[Field, ...]

    def fields(self) -> tuple[Field, ...]:
        """Columns and facets, each once."""
        return tuple({field.iri: field for field in (*self.columns, *self.facets)}.values())


def plans(model: Model) -> list[Plan]:
    """Every list, in the order of the menu."""
    return [_plan(model, shape) for shape in model.types if shape.listed]


def _plan(model: Model, shape: TypeShape) -> Plan:
    places = {group: place for place, (group, _) in enumerate(model.groups())}

    def order(known: Field) -> tuple[int, float]:
        return places.get(known.group or "", len(places)), known.order

    columns = [f for f in shape.fields if f.shown and f.summary and not f.unfolded]
    facets = [f for f in shape.fields if f.facet]
    classes = tuple(classes_of(model, shape))
    return Plan(shape, classes, tuple(sorted(columns, key=order)), tuple(sorted(facets, key=order)))


def classes_of(model: Model, shape: TypeShape) -> list[str]:
    """The class of a list and those below it that have no list of their own."""
    own = {other.target for other in model.types if other.listed and other is not shape}
    return [c for c in model.subclasses(shape.target) if c not in own]


def slugs(model: Model) -> dict[str, str]:
    """Class → the list of its things."""
    return {name: plan.shape.slug for plan in plans(model) for name in plan.classes}


def parameter(shape: str) -> str:
    """The name of a field in addresses: what follows the class in the name of its shape."""
    return shape.rpartition("#")[2].rpartition("-")[2]


def required(model: Model, known: Field) -> bool:
    """Whether every record has the field."""
    return model.shapes.value(URIRef(known.iri), SH.minCount) is not None


def is_date(model: Model, known: Field) -> bool:
    """Whether the field holds uncertain dates."""
    return model.shapes.value(URIRef(known.iri), SH.datatype) == EDTF


def label_properties(model: Model) -> set[str]:
    """The properties that hold the name of a thing."""
    marked = model.shapes.subjects(DASH.propertyRole, DASH.LabelRole)
    return {str(model.shapes.value(shape, SH.path)) for shape in marked}


def shown_properties(model: Model, slug: str) -> set[str]:
    """The properties that are columns of a list."""
    fields = [f for plan in plans(model) if plan.shape.slug == slug for f in plan.columns]
    return {f.predicate for f in fields if f.predicate and not f.page_only}
