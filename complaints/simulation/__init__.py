"""A bank at work with travelled time: complaints come in, people do their tasks as a policy says, customers answer.

`complaints/simulate.py` is the way in. Nothing here writes to a table: people act through the commands of the pages,
customers through those of the portal, time through the scheduler.
"""
