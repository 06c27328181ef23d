from .items import Item, Tool
