"""What every door needs that many people ask through: an asking queue, records, uploads, health.

A door (Discord, later HTTP or MCP) builds on this and brings only what is its own: how a question
comes in and how a reply is shown. Ids of people, places and messages are opaque numbers here.
``services.Services`` holds all of it, ``questions`` is the way from a question to its reply.
"""
