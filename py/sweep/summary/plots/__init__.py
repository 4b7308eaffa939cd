"""The pictures of a summary. What each shows stands in a table of its section as well."""
