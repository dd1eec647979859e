"""The store layer: SPARQL text and a media type in, bytes out."""
