

# What CPython 3.11 does and the module above does not. Written for pyrs.

def _contains(cls, member):
    """
    Return True if member is a member of this enum
    raises TypeError if member is not an enum member

    note: in 3.12 TypeError will no longer be raised, and True will also be
    returned if member is the value of a member in this enum
    """
    if isinstance(member, Enum):
        return isinstance(member, cls) and member._name_ in cls._member_map_
    import warnings
    warnings.warn(
        "in 3.12 __contains__ will no longer raise TypeError, but will return True or\n"
        "False depending on whether the value is a member or the value of a member",
        DeprecationWarning,
        stacklevel=2,
    )
    raise TypeError(
        f"unsupported operand type(s) for 'in': '{type(member).__qualname__}' "
        f"and '{cls.__class__.__qualname__}'")


def _missing_attribute(cls, name):
    """
    Return the enum member matching `name`
    """
    if _is_dunder(name) or name not in cls._member_map_:
        raise AttributeError(name) from None
    return cls._member_map_[name]


EnumType.__contains__ = _contains
EnumType.__getattr__ = _missing_attribute
del _contains, _missing_attribute
