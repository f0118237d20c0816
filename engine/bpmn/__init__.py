"""The only door to SpiffWorkflow: reading diagrams, compiling them, and running one process instance in memory."""
