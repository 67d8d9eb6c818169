"""The door for assistants: the Model Context Protocol on standard input and output.

An assistant asks, searches, reads and lists, and can quote word for word, with the place.
"""

DOOR = "mcp"
