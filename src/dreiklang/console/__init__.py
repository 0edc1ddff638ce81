"""The ``dreiklang`` command: what operators, scripts, mail servers and cron call.

*Cluster* is the embedded database and its keeper; *home* the folder that holds database, files and keys; a
*part* is one of the long-running processes (web, live, worker, doors); *serve* runs all parts under one
supervisor.
"""
