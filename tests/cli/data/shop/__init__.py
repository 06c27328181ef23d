"""A package whose parts import each other."""

from .order import Order
from .stock import Item

__all__ = ["Item", "Order"]
