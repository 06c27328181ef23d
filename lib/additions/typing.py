

# What CPython 3.11 has and the module above lacks. Written for pyrs.

from collections import defaultdict

__all__ += [
    "TypeVarTuple", "assert_type", "assert_never", "clear_overloads", "dataclass_transform",
    "get_overloads", "LiteralString", "Never", "NotRequired", "Required", "reveal_type", "Self",
    "Unpack",
]


class _AnyMeta(type):
    def __instancecheck__(self, obj):
        if self is Any:
            raise TypeError("typing.Any cannot be used with isinstance()")
        return super().__instancecheck__(obj)

    def __repr__(self):
        if self is Any:
            return "typing.Any"
        return super().__repr__()


class Any(metaclass=_AnyMeta):
    """Special type indicating an unconstrained type.

    - Any is compatible with every type.
    - Any assumed to have all methods.
    - All values assumed to be instances of Any.

    Note that all the above statements are true from the point of view of
    static type checkers. At runtime, Any should not be used with instance
    checks.
    """

    def __new__(cls, *args, **kwargs):
        if cls is Any:
            raise TypeError("Any cannot be instantiated")
        return super().__new__(cls, *args, **kwargs)


# ---- special forms

_SpecialForm.__iter__ = None


def _without_parameters(name, doc):
    def form(self, parameters):
        raise TypeError(f"{self} is not subscriptable")

    form.__name__ = form.__qualname__ = name
    form.__doc__ = doc
    return _SpecialForm(form)


Never = _without_parameters("Never", "The bottom type, a type that has no members.")
Self = _without_parameters("Self", 'Used to spell the type of "self" in classes.')
LiteralString = _without_parameters("LiteralString", "Represents an arbitrary literal string.")


def _only_in_typed_dict(name, doc):
    def form(self, parameters):
        item = _type_check(parameters, f"{self._name} accepts only a single type.",
                           allow_special_forms=True)
        return _GenericAlias(self, (item,))

    form.__name__ = form.__qualname__ = name
    form.__doc__ = doc
    return _SpecialForm(form)


Required = _only_in_typed_dict(
    "Required", "Special typing construct to mark a TypedDict key as required.")
NotRequired = _only_in_typed_dict(
    "NotRequired", "Special typing construct to mark a TypedDict key as potentially missing.")


def _type_check(arg, msg, is_argument=True, module=None, *, allow_special_forms=False):
    """Check that the argument is a type, and return it (internal helper)."""
    invalid_generic_forms = (Generic, Protocol)
    if not allow_special_forms:
        invalid_generic_forms += (ClassVar,)
        if is_argument:
            invalid_generic_forms += (Final,)
    arg = _type_convert(arg, module=module, allow_special_forms=allow_special_forms)
    if isinstance(arg, _GenericAlias) and arg.__origin__ in invalid_generic_forms:
        raise TypeError(f"{arg} is not valid as type argument")
    if arg in (Any, LiteralString, NoReturn, Never, Self, TypeAlias):
        return arg
    if allow_special_forms and arg in (ClassVar, Final):
        return arg
    if isinstance(arg, _SpecialForm) or arg in (Generic, Protocol):
        raise TypeError(f"Plain {arg} is not valid as type argument")
    if type(arg) is tuple:
        raise TypeError(f"{msg} Got {arg!r:.100}.")
    return arg


# ---- type variable tuples

def _is_unpacked_typevartuple(x):
    return not isinstance(x, type) and getattr(x, "__typing_is_unpacked_typevartuple__", False)


def _is_typevar_like(x):
    return isinstance(x, (TypeVar, ParamSpec)) or _is_unpacked_typevartuple(x)


class TypeVarTuple(_Final, _Immutable, _root=True):
    """Type variable tuple.

    A placeholder for an arbitrary number of types, as a TypeVar is one for a
    single type::

      Ts = TypeVarTuple('Ts')
      class C(Generic[*Ts]): ...
    """

    def __init__(self, name):
        self.__name__ = name
        module = sys._getframe(1).f_globals.get("__name__", "__main__")
        if module != "typing":
            self.__module__ = module

    def __reduce__(self):
        return self.__name__

    def __iter__(self):
        yield Unpack[self]

    def __repr__(self):
        return self.__name__

    def __init_subclass__(cls, /, *args, **kwds):
        if "_root" not in kwds:
            raise TypeError("Cannot subclass special typing classes")

    def __typing_subst__(self, arg):
        raise TypeError("Substitution of bare TypeVarTuple is not supported")

    def __typing_prepare_subst__(self, alias, args):
        """The arguments with those of this variable put into one tuple."""
        params = alias.__parameters__
        place = params.index(self)
        if any(isinstance(param, TypeVarTuple) for param in params[place + 1:]):
            raise TypeError(f"More than one TypeVarTuple parameter in {alias}")
        before, behind = place, len(params) - place - 1
        # An unpacked tuple of any length fills what is missing around it.
        unbounded = None
        for k, arg in enumerate(args):
            subargs = None
            if not isinstance(arg, type):
                subargs = getattr(arg, "__typing_unpacked_tuple_args__", None)
            if subargs and len(subargs) == 2 and subargs[-1] is ...:
                if unbounded is not None:
                    raise TypeError("More than one unpacked arbitrary-length tuple argument")
                unbounded, filler = k, subargs[0]
        if unbounded is not None:
            left = min(before, unbounded)
            right = min(behind, len(args) - unbounded - 1)
        elif before + behind > len(args):
            raise TypeError(f"Too few arguments for {alias};"
                            f" actual {len(args)}, expected at least {len(params) - 1}")
        else:
            left, right, filler = before, behind, None
        end = len(args) - right
        return (*args[:left], *[filler] * (before - left), tuple(args[left:end]),
                *[filler] * (behind - right), *args[end:])


@_SpecialForm
def Unpack(self, parameters):
    """Type unpack operator.

    The type unpack operator takes the child types from some container type,
    such as `tuple[int, str]` or a `TypeVarTuple`, and 'pulls them out'.
    """
    item = _type_check(parameters, f"{self} accepts only single type.")
    return _UnpackGenericAlias(origin=self, params=(item,))


class _UnpackGenericAlias(_GenericAlias, _root=True):
    def __repr__(self):
        return f"*{self.__args__[0]!r}"

    def __getitem__(self, args):
        if self.__typing_is_unpacked_typevartuple__:
            return args
        return super().__getitem__(args)

    def copy_with(self, args):
        return self.__class__(self.__origin__, args, name=self._name, inst=self._inst)

    @property
    def __typing_unpacked_tuple_args__(self):
        item, = self.__args__
        if isinstance(item, _GenericAlias):
            assert item.__origin__ is tuple
            return item.__args__
        if isinstance(item, GenericAlias):
            return item.__args__
        return None

    @property
    def __typing_is_unpacked_typevartuple__(self):
        return isinstance(self.__args__[0], TypeVarTuple)


def _unpack_args(args):
    flat = []
    for arg in args:
        subargs = getattr(arg, "__typing_unpacked_tuple_args__", None)
        if subargs is None or subargs and subargs[-1] is ...:
            flat.append(arg)
        else:
            flat.extend(subargs)
    return flat


# ---- substitution

def _typevar_subst(self, arg):
    arg = _type_check(arg, "Parameters to generic types must be types.")
    if (isinstance(arg, _GenericAlias) and arg.__origin__ is Unpack
            or isinstance(arg, GenericAlias) and getattr(arg, "__unpacked__", False)):
        raise TypeError(f"{arg} is not valid as type argument")
    return arg


def _paramspec_subst(self, arg):
    if isinstance(arg, (list, tuple)):
        return tuple(_type_check(a, "Expected a type.") for a in arg)
    if not _is_param_expr(arg):
        raise TypeError(f"Expected a list of types, an ellipsis, "
                        f"ParamSpec, or Concatenate. Got {arg}")
    return arg


def _paramspec_prepare_subst(self, alias, args):
    params = alias.__parameters__
    place = params.index(self)
    if place >= len(args):
        raise TypeError(f"Too few arguments for {alias}")
    if len(params) == 1 and not _is_param_expr(args[0]):
        # Z[[int, str]] may be written Z[int, str].
        return (args,)
    if isinstance(args[place], list):
        return (*args[:place], tuple(args[place]), *args[place + 1:])
    return args


TypeVar.__typing_subst__ = _typevar_subst
ParamSpec.__typing_subst__ = _paramspec_subst
ParamSpec.__typing_prepare_subst__ = _paramspec_prepare_subst
del _typevar_subst, _paramspec_subst, _paramspec_prepare_subst


def _collect_parameters(args):
    """The type variables in arguments, in order of first appearance."""
    found = []
    for arg in args:
        if isinstance(arg, type):
            inner = ()
        elif isinstance(arg, tuple):
            inner = _collect_parameters(arg)
        elif hasattr(arg, "__typing_subst__"):
            inner = (arg,)
        else:
            inner = getattr(arg, "__parameters__", ())
        found.extend(param for param in inner if param not in found)
    return tuple(found)


def _collect_type_vars(types_, typevar_types=None):
    # What the classes above call.
    return _collect_parameters(types_)


def _prepared(alias, params):
    for param in alias.__parameters__:
        prepare = getattr(param, "__typing_prepare_subst__", None)
        if prepare is not None:
            params = prepare(alias, params)
    return params


def _alias_getitem(self, args):
    if self.__origin__ in (Generic, Protocol):
        raise TypeError(f"Cannot subscript already-subscripted {self}")
    if not self.__parameters__:
        raise TypeError(f"{self} is not a generic class")
    if not isinstance(args, tuple):
        args = (args,)
    args = _prepared(self, _unpack_args(tuple(_type_convert(arg) for arg in args)))
    params = self.__parameters__
    if len(args) != len(params):
        few = "many" if len(args) > len(params) else "few"
        raise TypeError(f"Too {few} arguments for {self};"
                        f" actual {len(args)}, expected {len(params)}")
    return self.copy_with(tuple(_substituted(self, self.__args__, dict(zip(params, args)))))


def _substituted(alias, args, by_param):
    new_args = []
    for old in args:
        if isinstance(old, type):
            new_args.append(old)
            continue
        substitute = getattr(old, "__typing_subst__", None)
        if substitute:
            new = substitute(by_param[old])
        elif not getattr(old, "__parameters__", ()):
            new = old
        else:
            subargs = []
            for param in old.__parameters__:
                if isinstance(param, TypeVarTuple):
                    subargs.extend(by_param[param])
                else:
                    subargs.append(by_param[param])
            new = old[tuple(subargs)]
        if alias.__origin__ == collections.abc.Callable and isinstance(new, tuple):
            new_args.extend(new)  # a Callable's arguments are flat
        elif _is_unpacked_typevartuple(old):
            new_args.extend(new)
        elif isinstance(old, tuple):
            new_args.append(tuple(_substituted(alias, old, by_param)))
        else:
            new_args.append(new)
    return new_args


def _alias_iter(self):
    yield Unpack[self]


_GenericAlias.__getitem__ = _tp_cache(_alias_getitem)
_GenericAlias.__iter__ = _alias_iter
_GenericAlias._paramspec_tvars = False
for _class in (_SpecialGenericAlias, _CallableGenericAlias, _UnionGenericAlias, _AnnotatedAlias):
    _class.__iter__ = None
del _class, _alias_getitem, _alias_iter


def _generic_class_getitem(cls, params):
    if not isinstance(params, tuple):
        params = (params,)
    params = tuple(_type_convert(param) for param in params)
    if cls in (Generic, Protocol):
        if not params:
            raise TypeError(f"Parameter list to {cls.__qualname__}[...] cannot be empty")
        if not all(_is_typevar_like(param) for param in params):
            raise TypeError(f"Parameters to {cls.__name__}[...] must all be type variables "
                            f"or parameter specification variables.")
        if len(set(params)) != len(params):
            raise TypeError(f"Parameters to {cls.__name__}[...] must all be unique")
    else:
        params = _prepared(cls, params)
        _check_generic(cls, params, len(cls.__parameters__))
        flat = []
        for param, arg in zip(cls.__parameters__, params):
            if isinstance(param, TypeVarTuple):
                flat.extend(arg)
            else:
                flat.append(arg)
        params = tuple(flat)
    return _GenericAlias(cls, params, _paramspec_tvars=True)


Generic.__class_getitem__ = classmethod(_tp_cache(_generic_class_getitem))
del _generic_class_getitem


# ---- functions

def assert_type(val, typ, /):
    """Ask a static type checker to confirm that the value is of the given type.

    At runtime this does nothing: it returns the first argument unchanged.
    """
    return val


_ASSERT_NEVER_REPR_MAX_LENGTH = 100


def assert_never(arg: Never, /) -> Never:
    """Statically assert that a line of code is unreachable.

    At runtime, this throws an exception when called.
    """
    value = repr(arg)
    if len(value) > _ASSERT_NEVER_REPR_MAX_LENGTH:
        value = value[:_ASSERT_NEVER_REPR_MAX_LENGTH] + "..."
    raise AssertionError(f"Expected code to be unreachable, but got: {value}")


def reveal_type(obj, /):
    """Reveal the inferred type of a variable.

    At runtime, the function prints the runtime type of the
    argument and returns it unchanged.
    """
    print(f"Runtime type is {type(obj).__name__!r}", file=sys.stderr)
    return obj


def dataclass_transform(*, eq_default=True, order_default=False, kw_only_default=False,
                        field_specifiers=(), **kwargs):
    """Decorator to mark an object as providing dataclass-like behaviour."""
    def decorator(cls_or_fn):
        cls_or_fn.__dataclass_transform__ = {
            "eq_default": eq_default,
            "order_default": order_default,
            "kw_only_default": kw_only_default,
            "field_specifiers": field_specifiers,
            "kwargs": kwargs,
        }
        return cls_or_fn
    return decorator


def final(f):
    """Decorator to indicate final methods and final classes.

    There is no runtime checking of these properties. The decorator
    attempts to set the ``__final__`` attribute to ``True`` on the decorated
    object to allow runtime introspection.
    """
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f


# module: qualified name: first line: function
_overload_registry = defaultdict(functools.partial(defaultdict, dict))


def overload(func):
    """Decorator for overloaded functions/methods.

    The overloads for a function can be retrieved at runtime using the
    get_overloads() function.
    """
    f = getattr(func, "__func__", func)
    try:
        line = f.__code__.co_firstlineno
        _overload_registry[f.__module__][f.__qualname__][line] = func
    except AttributeError:
        pass
    return _overload_dummy


def get_overloads(func):
    """Return all defined overloads for *func* as a sequence."""
    f = getattr(func, "__func__", func)
    overloads = _overload_registry.get(f.__module__, {}).get(f.__qualname__, {})
    return list(overloads.values())


def clear_overloads():
    """Clear all overloads in the registry."""
    _overload_registry.clear()


def _get_defaults(func):
    # A default of None makes no annotation optional any more.
    return {}


_strip_plain_annotations = _strip_annotations


def _strip_annotations(t):
    """Strip the annotations from a given type."""
    if getattr(t, "__origin__", None) in (Required, NotRequired):
        return _strip_annotations(t.__args__[0])
    return _strip_plain_annotations(t)


# ---- named tuples and typed dicts

class NamedTupleMeta(NamedTupleMeta):
    def __new__(cls, typename, bases, ns):
        for base in bases:
            if base is not _NamedTuple and base is not Generic:
                raise TypeError("can only inherit from a NamedTuple type and Generic")
        result = _plain_named_tuple(cls, typename, (_NamedTuple,), ns)
        if Generic in bases:
            result.__bases__ = tuple(tuple if base is _NamedTuple else base for base in bases)
            result.__class_getitem__ = classmethod(Generic.__class_getitem__.__func__)
            if "__orig_bases__" in ns:
                result.__orig_bases__ = ns["__orig_bases__"]
            result.__init_subclass__()
        return result


_plain_named_tuple = NamedTupleMeta.__mro__[1].__new__
_NamedTuple = type.__new__(NamedTupleMeta, "NamedTuple", (), {})


def _namedtuple_mro_entries(bases):
    return (_NamedTuple,)


NamedTuple.__mro_entries__ = _namedtuple_mro_entries


class _TypedDictMeta(_TypedDictMeta):
    def __new__(cls, name, bases, ns, total=True):
        for base in bases:
            if not isinstance(base, _TypedDictMeta.__mro__[1]) and base is not Generic:
                raise TypeError("cannot inherit from both a TypedDict type "
                                "and a non-TypedDict base class")
        generic = (Generic,) if any(issubclass(base, Generic) for base in bases) else ()
        result = type.__new__(_TypedDictMeta, name, (*generic, dict), ns)
        annotations, required, optional = {}, set(), set()
        for base in bases:
            fields = base.__dict__
            annotations.update(fields.get("__annotations__", {}))
            of_base = fields.get("__required_keys__", set())
            required, optional = required | of_base, optional - of_base
            of_base = fields.get("__optional_keys__", set())
            required, optional = required - of_base, optional | of_base
        own = {
            key: _type_check(value, "TypedDict('Name', {f0: t0, f1: t1, ...}); "
                             "each t must be a type", module=result.__module__)
            for key, value in ns.get("__annotations__", {}).items()
        }
        annotations.update(own)
        for key, value in own.items():
            origin = get_origin(value)
            if origin is Annotated:
                origin = get_origin(get_args(value)[0])
            is_required = origin is Required or total and origin is not NotRequired
            (required if is_required else optional).add(key)
            (optional if is_required else required).discard(key)
        result.__annotations__ = annotations
        result.__required_keys__ = frozenset(required)
        result.__optional_keys__ = frozenset(optional)
        if not hasattr(result, "__total__"):
            result.__total__ = total
        return result


_TypedDict = type.__new__(_TypedDictMeta, "TypedDict", (), {})
TypedDict.__mro_entries__ = lambda bases: (_TypedDict,)



# ---- smaller differences

try:
    from _typing import _idfunc
except ImportError:
    def _idfunc(_, x):
        return x


@_tp_cache
def _tuple_getitem(self, params):
    if not isinstance(params, tuple):
        params = (params,)
    if len(params) >= 2 and params[-1] is ...:
        msg = "Tuple[t, ...]: t must be a type."
        checked = [_type_check(param, msg) for param in params[:-1]]
        return self.copy_with((*checked, _TypingEllipsis))
    msg = "Tuple[t0, t1, ...]: each t must be a type."
    return self.copy_with(tuple(_type_check(param, msg) for param in params))


_TupleType.__getitem__ = _tuple_getitem
del _tuple_getitem

_plain_alias_repr = _GenericAlias.__repr__


def _alias_repr(self):
    text = _plain_alias_repr(self)
    # The text of an alias without arguments can be evaluated, too.
    return text[:-2] + "[()]" if not self.__args__ and text.endswith("[]") else text


_GenericAlias.__repr__ = _alias_repr
del _alias_repr


@_SpecialForm
def Concatenate(self, parameters):
    """Special form for annotating higher-order functions.

    ``Concatenate`` can be used in conjunction with ``ParamSpec`` and
    ``Callable`` to represent a higher-order function which adds, removes or
    transforms the parameters of a callable.
    """
    if parameters == ():
        raise TypeError("Cannot take a Concatenate of no types.")
    if not isinstance(parameters, tuple):
        parameters = (parameters,)
    if not (parameters[-1] is ... or isinstance(parameters[-1], ParamSpec)):
        raise TypeError("The last parameter to Concatenate should be a "
                        "ParamSpec variable or ellipsis.")
    msg = "Concatenate[arg, ...]: each arg must be a type."
    checked = tuple(_type_check(parameter, msg) for parameter in parameters[:-1])
    return _ConcatenateGenericAlias(self, (*checked, parameters[-1]), _paramspec_tvars=True)


def _concatenate_copy_with(self, params):
    last = params[-1]
    if isinstance(last, (list, tuple)):
        return (*params[:-1], *last)
    if isinstance(last, _ConcatenateGenericAlias):
        params = (*params[:-1], *last.__args__)
    return _GenericAlias.copy_with(self, params)


_ConcatenateGenericAlias.copy_with = _concatenate_copy_with
del _concatenate_copy_with


_plain_forward_init = ForwardRef.__init__


def _forward_init(self, arg, is_argument=True, module=None, *, is_class=False):
    is_unpacked = isinstance(arg, str) and arg.startswith("*")
    # `*Ts` alone is no expression.
    text = f"({arg},)[0]" if is_unpacked else arg
    _plain_forward_init(self, text, is_argument, module, is_class=is_class)
    self.__forward_arg__ = arg


def _forward_or(self, other):
    return Union[self, other]


def _forward_ror(self, other):
    return Union[other, self]


def _forward_repr(self):
    module = self.__forward_module__
    place = "" if module is None else f", module={module!r}"
    return f"ForwardRef({self.__forward_arg__!r}{place})"


ForwardRef.__init__ = _forward_init
ForwardRef.__or__ = _forward_or
ForwardRef.__ror__ = _forward_ror
ForwardRef.__repr__ = _forward_repr
del _forward_init, _forward_or, _forward_ror, _forward_repr

if "__final__" not in EXCLUDED_ATTRIBUTES:
    EXCLUDED_ATTRIBUTES = [*EXCLUDED_ATTRIBUTES, "__final__"]


def _newtype_mro_entries(self, bases):
    superclass_name = self.__name__

    class Dummy:
        def __init_subclass__(cls):
            name = cls.__name__
            raise TypeError(
                f"Cannot subclass an instance of NewType. Perhaps you were looking for: "
                f"`{name} = NewType({name!r}, {superclass_name})`")

    return (Dummy,)


NewType.__mro_entries__ = _newtype_mro_entries
del _newtype_mro_entries
