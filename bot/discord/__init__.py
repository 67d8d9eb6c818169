"""Quoth on Discord: what knows Discord, and nothing that another door would use too.

Its modules are imported only when ``quoth discord`` runs.
"""

DOOR = "discord"
"""The name of this door: its file and the collections of its servers are named after it."""
