"""What the archive knows of RDF: model, resources, checks, releases."""
