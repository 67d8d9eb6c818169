"""The door for a browser and for programs: a page, and JSON by HTTP, on this machine.

The page is made here, of the same words as every other door's, and works without its script.
"""

DOOR = "serve"
