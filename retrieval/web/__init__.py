"""The public web: one page at a time, and nothing of any other network.

``fetching`` is the guarded way to a page, ``visiting`` visits sites politely, ``address`` tells
what an address is.
"""
