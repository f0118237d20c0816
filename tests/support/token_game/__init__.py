"""An independent token game: slow, small, obviously right. Places are the sequence flows of the drawing (BPMN 13).

It knows nothing of the engine: it reads the XML itself, keeps the tokens of each running level in the order in which
they came, and moves whatever may move until nothing moves.
"""

from support.token_game.game import Game
from support.token_game.play import TooLong

__all__ = ["Game", "TooLong"]
