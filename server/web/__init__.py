"""What readers and machines meet over HTTP: pages, formats, the query protocol, errors."""
