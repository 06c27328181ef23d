//! Computed attributes of classes: `__name__`, `__bases__`, `__dict__`, `__module__` and their kin.
//!
//! CPython 3.11: `type_getsets`, `type_members` in `Objects/typeobject.c`.

use super::access::{set_in_namespace, type_of};
use super::bases::set_bases;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{GetSetDef, Payload, Py, PyType, Table, Value, type_flag};
use crate::protocol::convert::refuse_surrogates;
use crate::types::dict::value::PyDict;
use crate::types::mappingproxy;
use crate::types::native::{getter, member};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

/// The attributes.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[
        member("__basicsize__", None, |vm, ty| {
            let ty = type_of(vm, ty)?;
            Ok(vm.new_usize(ty.basicsize.get() + managed_size(ty)))
        }),
        member("__itemsize__", None, |vm, ty| {
            Ok(vm.new_usize(item_size(type_of(vm, ty)?)))
        }),
        member("__flags__", None, |vm, ty| {
            Ok(vm.new_usize(cpython_flags(type_of(vm, ty)?)))
        }),
        member("__weakrefoffset__", None, |vm, ty| {
            let has = type_of(vm, ty)?.has_flag(type_flag::HAS_WEAKREF);
            Ok(vm.new_int(if has { 16 } else { 0 }))
        }),
        member("__base__", None, |vm, ty| {
            let base = type_of(vm, ty)?.base.get();
            Ok(base.map_or(Value::None, |base| base.into_value()))
        }),
        member("__dictoffset__", None, |vm, ty| {
            let has = type_of(vm, ty)?.has_flag(type_flag::HAS_DICT);
            Ok(vm.new_int(if has { -1 } else { 0 }))
        }),
        member("__mro__", None, |vm, ty| {
            let mro = type_of(vm, ty)?.mro_ref();
            Ok(mro.map_or(Value::None, |mro| mro.into_value()))
        }),
        both("__name__", get_name, set_name),
        both("__qualname__", get_qualname, set_qualname),
        both("__bases__", get_bases, set_bases_attribute),
        both("__module__", get_module, set_module),
        both("__abstractmethods__", get_abstract, set_abstract),
        getter("__dict__", None, |vm, ty| {
            let dict = type_of(vm, ty)?.dict_ref();
            Ok(mappingproxy::of_dict(vm, &dict))
        }),
        both("__doc__", get_doc, set_doc),
        getter("__text_signature__", None, |vm, ty| {
            let def = type_of(vm, ty)?.def;
            let signature = def.and_then(|def| def.text_signature);
            Ok(crate::types::descriptor::optional_str(vm, signature))
        }),
        both("__annotations__", get_annotations, set_annotations),
    ],
    consts: &[],
    fill_slots: |_| {},
};

type Getter = fn(&Vm, &Value) -> PyResult<Value>;
type Setter = fn(&Vm, &Value, Option<Value>) -> PyResult<()>;

const fn both(name: &'static str, get: Getter, set: Setter) -> GetSetDef {
    GetSetDef {
        name,
        doc: None,
        get: Some(get),
        set: Some(set),
        member: false,
    }
}

fn managed_size(ty: &Py<PyType>) -> usize {
    let flags = [type_flag::HAS_DICT, type_flag::HAS_WEAKREF];
    flags.iter().filter(|flag| ty.has_flag(**flag)).count() * 8
}

pub(in crate::types) fn item_size(ty: &Py<PyType>) -> usize {
    let sizes = [
        (type_flag::INT_SUBCLASS, 4),
        (type_flag::TUPLE_SUBCLASS, 8),
        (type_flag::BYTES_SUBCLASS, 1),
        (type_flag::TYPE_SUBCLASS, 40),
    ];
    let known = sizes.iter().find(|(flag, _)| ty.has_flag(*flag));
    // Types that cannot be subclassed have no flag for it.
    let of_final = || match &*ty.tp_name() {
        "memoryview" | "generator" | "coroutine" | "async_generator" | "frame" => 8,
        "code" => 2,
        _ => 0,
    };
    let is_final = !ty.has_flag(type_flag::HEAPTYPE | type_flag::BASETYPE);
    match known {
        Some((_, size)) => *size,
        None if is_final => of_final(),
        None => 0,
    }
}

/// `Py_TPFLAGS_*` as CPython numbers them.
fn cpython_flags(ty: &Py<PyType>) -> usize {
    let bits = [
        (type_flag::SEQUENCE, 5),
        (type_flag::MAPPING, 6),
        (type_flag::DISALLOW_INSTANTIATION, 7),
        (type_flag::IMMUTABLE, 8),
        (type_flag::HEAPTYPE, 9),
        (type_flag::BASETYPE, 10),
        (type_flag::GC, 14),
        (type_flag::METHOD_DESCRIPTOR, 17),
        (type_flag::ABSTRACT, 20),
        (type_flag::MATCH_SELF, 22),
    ];
    let ready = 1 << 12;
    let subclass = (ty.flags.get() & 0xff00_0000) as usize;
    let version = usize::from(ty.version.get() != 0) << 19;
    bits.iter()
        .filter(|(flag, _)| ty.has_flag(*flag))
        .fold(ready | subclass | version, |all, (_, bit)| all | 1 << bit)
}

fn immutable(vm: &Vm, ty: &Py<PyType>, name: &str) -> PyErr {
    vm.type_error(format!(
        "cannot set '{name}' attribute of immutable type '{}'",
        ty.tp_name()
    ))
}

/// The type whose attribute is set, and the value: types made in Rust refuse, and so does deletion.
fn settable<'a>(
    vm: &Vm,
    self_: &'a Value,
    value: Option<Value>,
    name: &str,
) -> PyResult<(&'a Py<PyType>, Value)> {
    let ty = type_of(vm, self_)?;
    if ty.has_flag(type_flag::IMMUTABLE) {
        return Err(immutable(vm, ty, name));
    }
    match value {
        Some(value) => Ok((ty, value)),
        None => Err(vm.type_error(format!(
            "cannot delete '{name}' attribute of immutable type '{}'",
            ty.tp_name()
        ))),
    }
}

fn str_value(
    vm: &Vm,
    ty: &Py<PyType>,
    value: Value,
    name: &str,
) -> PyResult<crate::object::PyRef<PyStr>> {
    value.downcast::<PyStr>().map_err(|other| {
        vm.type_error(format!(
            "can only assign string to {}.{name}, not '{}'",
            ty.tp_name(),
            other.class(vm).tp_name()
        ))
    })
}

fn get_name(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let name = type_of(vm, self_)?.name.get();
    Ok(name.map_or(Value::None, |name| name.into_value()))
}

fn set_name(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let (ty, value) = settable(vm, self_, value, "__name__")?;
    let name = str_value(vm, ty, value, "__name__")?;
    refuse_surrogates(vm, &name)?;
    if name.chars().any(|c| c == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    ty.name.set(Some(name));
    Ok(())
}

fn get_qualname(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let qualname = type_of(vm, self_)?.qualname.get();
    Ok(qualname.map_or(Value::None, |name| name.into_value()))
}

fn set_qualname(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let (ty, value) = settable(vm, self_, value, "__qualname__")?;
    ty.qualname
        .set(Some(str_value(vm, ty, value, "__qualname__")?));
    Ok(())
}

fn get_bases(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let bases = type_of(vm, self_)?.bases.get();
    Ok(bases.map_or(Value::None, |bases| bases.into_value()))
}

fn set_bases_attribute(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let (ty, value) = settable(vm, self_, value, "__bases__")?;
    set_bases(vm, ty, &value)
}

fn get_module(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    if let Some(def) = ty.def {
        let module = def
            .name
            .rsplit_once('.')
            .map_or("builtins", |(module, _)| module);
        return Ok(vm.intern_str(module).into_value());
    }
    ty.dict_ref()
        .get_str(&vm.names.__module__)
        .ok_or_else(|| vm.attribute_error("__module__"))
}

fn set_module(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let (ty, value) = settable(vm, self_, value, "__module__")?;
    set_in_namespace(vm, ty, &vm.names.__module__, Some(value))
}

fn get_abstract(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    // `type` itself has this very descriptor in its namespace.
    let own = if ty.is(&vm.types.type_) {
        None
    } else {
        ty.dict_ref().get_str(&vm.names.__abstractmethods__)
    };
    own.ok_or_else(|| {
        vm.attribute_error_for(
            "__abstractmethods__".to_string(),
            self_,
            &vm.names.__abstractmethods__,
        )
    })
}

fn set_abstract(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let ty = type_of(vm, self_)?;
    let abstract_ = match &value {
        Some(value) => super::truth(vm, value)?,
        None => false,
    };
    let deletes = value.is_none();
    let missing = deletes
        && ty
            .dict_ref()
            .get_str(&vm.names.__abstractmethods__)
            .is_none();
    if missing {
        return Err(vm.attribute_error("__abstractmethods__"));
    }
    set_in_namespace(vm, ty, &vm.names.__abstractmethods__, value)?;
    ty.set_flag(type_flag::ABSTRACT, abstract_);
    Ok(())
}

fn get_doc(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    if let Some(def) = ty.def {
        return Ok(crate::types::descriptor::optional_str(vm, def.doc));
    }
    let Some(doc) = ty.dict_ref().get_str(&vm.names.__doc__) else {
        return Ok(Value::None);
    };
    match doc.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, &doc, None, Some(self_)),
        None => Ok(doc),
    }
}

fn set_doc(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let (ty, value) = settable(vm, self_, value, "__doc__")?;
    set_in_namespace(vm, ty, &vm.names.__doc__, Some(value))
}

fn get_annotations(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    if !ty.has_flag(type_flag::HEAPTYPE) {
        return Err(vm.attribute_error(format!(
            "type object '{}' has no attribute '__annotations__'",
            ty.tp_name()
        )));
    }
    if let Some(found) = ty.dict_ref().get_str(&vm.names.__annotations__) {
        return match found.class(vm).slots.descr_get.get() {
            Some(get) => get(vm, &found, None, Some(self_)),
            None => Ok(found),
        };
    }
    let fresh = PyDict::new(vm).into_value();
    set_in_namespace(vm, ty, &vm.names.__annotations__, Some(fresh.clone()))?;
    Ok(fresh)
}

fn set_annotations(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let ty = type_of(vm, self_)?;
    if ty.has_flag(type_flag::IMMUTABLE) {
        return Err(immutable(vm, ty, "__annotations__"));
    }
    if value.is_none() && ty.dict_ref().get_str(&vm.names.__annotations__).is_none() {
        return Err(vm.attribute_error("__annotations__"));
    }
    set_in_namespace(vm, ty, &vm.names.__annotations__, value)
}

/// Whether the type is `object`.
pub fn is_object(vm: &Vm, ty: &Py<PyType>) -> bool {
    ty.is(PyBaseObject::class(vm))
}
