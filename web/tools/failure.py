"""How a step of the build fails."""


class BuildError(Exception):
    """The build cannot go on; the text says why and what to do."""
