"""Quoth on Discord: imported only when ``quoth discord`` runs."""
