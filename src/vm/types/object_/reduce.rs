//! How objects are pickled and copied when their class says nothing: `copyreg.__newobj__` with the arguments of `__getnewargs__` and the
//! attributes as state.
//!
//! CPython 3.11: `reduce_newobj`, `object_getstate`, `_PyObject_GetNewArguments` in `Objects/typeobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, PyType, Value, type_flag};
use crate::protocol::{attr, convert_int, iter, lookup};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::descriptor::method::PyMethodDescriptor;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use crate::types::type_::attributes::item_size;

/// The module `copyreg`.
fn copyreg(vm: &Vm) -> PyResult<Value> {
    let name = vm.names.copyreg.to_value();
    if let Some(modules) = vm.modules.get()
        && let Some(module) = modules.get_str(&vm.names.copyreg)
    {
        return Ok(module);
    }
    (vm.hooks.import_name.get())(vm, &name, &Value::None, &Value::None, &Value::None, 0)
}

/// `object.__reduce_ex__(protocol)`
pub fn reduce_ex(vm: &Vm, self_: &Value, protocol: &Value) -> PyResult<Value> {
    let protocol = convert_int::to_i32(vm, protocol)?;
    let class = self_.class(vm).as_value();
    let of_class = attr::get(vm, &class, &vm.names.__reduce__)?;
    let of_object = vm.types.object.dict_ref().get_str(&vm.names.__reduce__);
    if of_object.is_some_and(|own| own.is(&of_class)) {
        return reduce(vm, self_, i64::from(protocol));
    }
    attr::call_method(vm, self_, &vm.names.__reduce__, &[])
}

/// What pickle gets for an object whose class does not override `__reduce__`.
pub fn reduce(vm: &Vm, self_: &Value, protocol: i64) -> PyResult<Value> {
    if protocol >= 2 {
        return reduce_newobj(vm, self_);
    }
    let module = copyreg(vm)?;
    let function = vm.intern_str("_reduce_ex");
    attr::call_method(
        vm,
        &module,
        &function,
        &[self_.clone(), vm.new_int(protocol)],
    )
}

fn reduce_newobj(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let class = self_.class(vm).to_ref();
    if class.slots.new.get().is_none() {
        return Err(vm.type_error(format!("cannot pickle '{}' object", class.tp_name())));
    }
    let (args, kwargs) = new_arguments(vm, self_)?;
    let module = copyreg(vm)?;
    let (function, new_args) = match (&args, &kwargs) {
        (Some(args), Some(kwargs)) if kwargs.len() != 0 => (
            attr::get(vm, &module, &vm.names.__newobj_ex__)?,
            vec![class.to_value(), args.to_value(), kwargs.to_value()],
        ),
        _ => {
            let mut values = vec![class.to_value()];
            if let Some(args) = &args {
                values.extend(args.as_slice().iter().cloned());
            }
            (attr::get(vm, &module, &vm.names.__newobj__)?, values)
        }
    };
    let is_list = class.has_flag(type_flag::LIST_SUBCLASS);
    let is_dict = class.has_flag(type_flag::DICT_SUBCLASS);
    let required = args.is_none() && !is_list && !is_dict;
    let state = state(vm, self_, required)?;
    let list_items = if is_list {
        iter::get_iter(vm, self_)?
    } else {
        Value::None
    };
    let dict_items = if is_dict {
        let items = attr::call_method(vm, self_, &vm.names.items, &[])?;
        iter::get_iter(vm, &items)?
    } else {
        Value::None
    };
    Ok(vm.new_tuple(vec![
        function,
        vm.new_tuple(new_args),
        state,
        list_items,
        dict_items,
    ]))
}

type NewArguments = (Option<PyRef<PyTuple>>, Option<PyRef<PyDict>>);

/// What `__getnewargs_ex__` or `__getnewargs__` gives.
fn new_arguments(vm: &Vm, self_: &Value) -> PyResult<NewArguments> {
    let wrong = |what: &str, wanted: &str, value: &Value| {
        vm.type_error(format!(
            "{what} {wanted}, not '{}'",
            value.class(vm).tp_name()
        ))
    };
    let name = &vm.names.__getnewargs_ex__;
    if let Some(result) = lookup::call_special_opt(vm, self_, name, &[])? {
        let Some(pair) = result.downcast_ref::<PyTuple>() else {
            return Err(wrong("__getnewargs_ex__", "should return a tuple", &result));
        };
        let [args, kwargs] = pair.as_slice() else {
            return Err(vm.value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            )));
        };
        let args = args.downcast_ref::<PyTuple>().ok_or_else(|| {
            let what = "first item of the tuple returned by __getnewargs_ex__";
            wrong(what, "must be a tuple", args)
        })?;
        let kwargs = kwargs.downcast_ref::<PyDict>().ok_or_else(|| {
            let what = "second item of the tuple returned by __getnewargs_ex__";
            wrong(what, "must be a dict", kwargs)
        })?;
        return Ok((Some(args.to_ref()), Some(kwargs.to_ref())));
    }
    let name = &vm.names.__getnewargs__;
    match lookup::call_special_opt(vm, self_, name, &[])? {
        None => Ok((None, None)),
        Some(result) => match result.downcast::<PyTuple>() {
            Ok(args) => Ok((Some(args), None)),
            Err(other) => Err(wrong("__getnewargs__", "should return a tuple", &other)),
        },
    }
}

/// The state of an object: its `__getstate__`, with a stricter default.
fn state(vm: &Vm, self_: &Value, required: bool) -> PyResult<Value> {
    let method = attr::get(vm, self_, &vm.names.__getstate__)?;
    if let Some(function) = method.downcast_exact::<PyBuiltinFunction>(vm)
        && function.self_.is(self_)
        && is_default_getstate(vm, function)
    {
        return default_state(vm, self_, required);
    }
    crate::protocol::call::call0(vm, &method)
}

fn is_default_getstate(vm: &Vm, function: &PyBuiltinFunction) -> bool {
    let own = vm.types.object.dict_ref().get_str(&vm.names.__getstate__);
    let own = own
        .as_ref()
        .and_then(|own| own.downcast_ref::<PyMethodDescriptor>());
    own.is_some_and(|own| std::ptr::eq(own.def, function.def))
}

/// `object.__getstate__()`. `required` says that the object cannot be made without a state, so fields that are not attributes are refused.
pub fn default_state(vm: &Vm, self_: &Value, required: bool) -> PyResult<Value> {
    let class = self_.class(vm).to_ref();
    let is_opaque = class.layout.get().payload_size != 0;
    if required && is_opaque {
        return Err(vm.type_error(if item_size(&class) != 0 {
            format!("cannot pickle {} objects", class.tp_name())
        } else {
            format!("cannot pickle '{}' object", class.tp_name())
        }));
    }
    let mut state = Value::None;
    if class.has_flag(type_flag::HAS_DICT)
        && let Some(dict) = attr::get_opt(vm, self_, &vm.names.__dict__)?
    {
        let empty = dict
            .downcast_ref::<PyDict>()
            .is_some_and(|dict| dict.len() == 0);
        if !empty {
            state = dict;
        }
    }
    let names = slot_names(vm, &class)?;
    if required && class.slot_count.get() > names.len() {
        return Err(vm.type_error(format!("cannot pickle '{}' object", class.tp_name())));
    }
    let slots = PyDict::new(vm);
    for name in names {
        let Some(text) = name.downcast_ref::<PyStr>() else {
            continue;
        };
        if let Some(value) = attr::get_opt(vm, self_, text)? {
            slots.set(vm, name.clone(), value)?;
        }
    }
    if slots.len() != 0 {
        state = PyTuple::pair(vm, state, slots.into_value()).into_value();
    }
    Ok(state)
}

/// Names of a class's slots, as `copyreg` finds and remembers them.
fn slot_names(vm: &Vm, class: &PyRef<PyType>) -> PyResult<Vec<Value>> {
    let known = class.dict_ref().get_str(&vm.names.__slotnames__);
    if class.slot_count.get() == 0 && !class.has_flag(type_flag::VARSIZE) && known.is_none() {
        return Ok(Vec::new());
    }
    let names = match known {
        Some(names) => names,
        None => {
            let module = copyreg(vm)?;
            let function = vm.intern_str("_slotnames");
            attr::call_method(vm, &module, &function, &[class.to_value()])?
        }
    };
    if names.is_none() {
        return Ok(Vec::new());
    }
    match names.downcast_ref::<PyList>() {
        Some(list) => Ok(list.to_vec()),
        None => Err(vm.new_exception(
            ExcKind::TypeError,
            vm.new_str(&format!(
                "{}.__slotnames__ should be a list or None, not {}",
                class.tp_name(),
                names.class(vm).tp_name()
            )),
        )),
    }
}
