"""How a process moves: deploy, start, tasks, timers, messages, incidents, history. Knows no web and no domain."""
