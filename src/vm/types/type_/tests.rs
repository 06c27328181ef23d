//! Classes made with `type(name, bases, namespace)`: MRO, layout, slots, attributes. Expected texts are CPython's.

use crate::context::hash_secret::HashSecret;
use crate::context::{PyErr, Vm};
use crate::object::{Args, Binding, MethodDef, NativeFn, PyRef, PyType, Value, type_flag};
use crate::protocol::instance_check::{isinstance, issubclass};
use crate::protocol::{attr, call, repr};
use crate::types::boot::{Booted, boot_with_thread};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::dict::value::PyDict;
use crate::types::tuple::value::PyTuple;

fn vm() -> Booted {
    boot_with_thread(HashSecret::new(1, 2))
}

fn try_class(
    vm: &Vm,
    name: &str,
    bases: &[&Value],
    namespace: &[(&str, Value)],
) -> Result<PyRef<PyType>, String> {
    let dict = PyDict::new(vm);
    dict.set_str(vm, &vm.names.__module__, vm.new_str("m"));
    for (name, value) in namespace {
        dict.set_str(vm, &vm.intern_str(name), value.clone());
    }
    let bases: Vec<Value> = bases.iter().map(|base| (*base).clone()).collect();
    let args = [vm.new_str(name), vm.new_tuple(bases), dict.into_value()];
    let class = call::call_args(vm, &vm.types.type_.to_value(), &args).map_err(|e| text(vm, &e))?;
    class
        .downcast::<PyType>()
        .map_err(|_| "not a type".to_string())
}

fn class(vm: &Vm, name: &str, bases: &[&Value], namespace: &[(&str, Value)]) -> PyRef<PyType> {
    try_class(vm, name, bases, namespace).expect("a class")
}

fn text(vm: &Vm, error: &PyErr) -> String {
    repr::str_text(vm, &error.to_value()).expect("a message")
}

fn shown(vm: &Vm, value: &Value) -> String {
    repr::repr_text(vm, value).expect("a repr")
}

fn mro(vm: &Vm, class: &PyType) -> String {
    let mro = class.mro.get().expect("an MRO");
    let names: Vec<_> = mro.as_slice().iter().map(|ty| shown(vm, ty)).collect();
    names.join(" ")
}

#[test]
fn linearises_by_c3() {
    let vm = vm();
    let o = vm.types.object.to_value();
    let a = class(&vm, "A", &[&o], &[]).into_value();
    let b = class(&vm, "B", &[&a], &[]).into_value();
    let c = class(&vm, "C", &[&a], &[]).into_value();
    let d = class(&vm, "D", &[&b, &c], &[]);
    assert_eq!(
        mro(&vm, &d),
        "<class 'm.D'> <class 'm.B'> <class 'm.C'> <class 'm.A'> <class 'object'>"
    );
    let error = try_class(&vm, "X", &[&a, &b], &[]).expect_err("no order");
    assert_eq!(
        error,
        "Cannot create a consistent method resolution\norder (MRO) for bases A, B"
    );
    let error = try_class(&vm, "X", &[&a, &a], &[]).expect_err("twice");
    assert_eq!(error, "duplicate base class A");
    assert_eq!(issubclass(&vm, &d.to_value(), &a).ok(), Some(true));
    let classes = PyTuple::pair(&vm, b.clone(), c.clone()).into_value();
    assert_eq!(issubclass(&vm, &a, &classes).ok(), Some(false));
}

#[test]
fn refuses_bases() {
    let vm = vm();
    let bool = vm.types.bool.to_value();
    let error = try_class(&vm, "X", &[&bool], &[]).expect_err("final");
    assert_eq!(error, "type 'bool' is not an acceptable base type");
    let (int, str) = (vm.types.int.to_value(), vm.types.str.to_value());
    let error = try_class(&vm, "X", &[&int, &str], &[]).expect_err("two layouts");
    assert_eq!(error, "multiple bases have instance lay-out conflict");
    let error = try_class(&vm, "X", &[&Value::None], &[]).expect_err("no class");
    assert!(
        error.contains("metaclass conflict") || error == "bases must be types",
        "{error}"
    );
}

#[test]
fn instances_have_attributes() {
    let vm = vm();
    let a = class(&vm, "A", &[], &[("x", vm.new_int(1))]);
    assert!(a.has_flag(type_flag::HAS_DICT) && a.has_flag(type_flag::HAS_WEAKREF));
    let object = call::call0(&vm, &a.to_value()).expect("an instance");
    let (x, y) = (vm.intern_str("x"), vm.intern_str("y"));
    assert!(attr::get(&vm, &object, &x).expect("x").is(&vm.new_int(1)));
    attr::set(&vm, &object, &x, vm.new_int(2)).expect("set");
    attr::set(&vm, &object, &y, vm.new_int(3)).expect("set");
    assert!(attr::get(&vm, &object, &x).expect("x").is(&vm.new_int(2)));
    attr::delete(&vm, &object, &x).expect("deleted");
    assert!(attr::get(&vm, &object, &x).expect("x").is(&vm.new_int(1)));
    let error = attr::delete(&vm, &object, &x).expect_err("gone");
    assert_eq!(text(&vm, &error), "'A' object has no attribute 'x'");
    attr::set(&vm, &a.to_value(), &x, vm.new_int(9)).expect("set");
    assert!(attr::get(&vm, &object, &x).expect("x").is(&vm.new_int(9)));
    assert_eq!(isinstance(&vm, &object, &a.to_value()).ok(), Some(true));
    let error = attr::get(&vm, &a.to_value(), &vm.intern_str("zz")).expect_err("none");
    assert_eq!(text(&vm, &error), "type object 'A' has no attribute 'zz'");
}

#[test]
fn slots_replace_the_dict() {
    let vm = vm();
    let names = vm.new_tuple(vec![vm.new_str("b"), vm.new_str("a")]);
    let a = class(&vm, "A", &[], &[("__slots__", names)]);
    assert!(!a.has_flag(type_flag::HAS_DICT));
    let object = call::call0(&vm, &a.to_value()).expect("an instance");
    let name = vm.intern_str("a");
    let error = attr::get(&vm, &object, &name).expect_err("unset");
    assert_eq!(text(&vm, &error), "'A' object has no attribute 'a'");
    attr::set(&vm, &object, &name, vm.new_int(5)).expect("set");
    assert!(
        attr::get(&vm, &object, &name)
            .expect("a")
            .is(&vm.new_int(5))
    );
    let error = attr::set(&vm, &object, &vm.intern_str("c"), Value::None).expect_err("no c");
    assert_eq!(text(&vm, &error), "'A' object has no attribute 'c'");
    let more = vm.new_tuple(vec![vm.new_str("c")]);
    drop(class(&vm, "Gone", &[&a.to_value()], &[]));
    let b = class(&vm, "B", &[&a.to_value()], &[("__slots__", more)]);
    assert_eq!(b.slot_count.get(), 3);
    let clash = vm.new_tuple(vec![vm.new_str("x")]);
    let namespace = [("__slots__", clash), ("x", Value::None)];
    let error = try_class(&vm, "X", &[], &namespace).expect_err("clash");
    assert!(
        error.ends_with(" in __slots__ conflicts with class variable"),
        "{error}"
    );
}

static REPR: MethodDef = MethodDef {
    name: "__repr__",
    doc: None,
    text_signature: None,
    binding: Binding::Instance,
    function: NativeFn::NoArgs(|vm, _| Ok(vm.new_str("shown"))),
};

#[test]
fn dunders_reach_slots() {
    let vm = vm();
    let function = PyBuiltinFunction::new(&vm, &REPR, Value::NULL, None).into_value();
    let a = class(&vm, "A", &[], &[]);
    let b = class(&vm, "B", &[&a.to_value()], &[]);
    let object = call::call0(&vm, &b.to_value()).expect("an instance");
    assert!(shown(&vm, &object).starts_with("<m.B object at 0x"));
    attr::set(&vm, &a.to_value(), &vm.names.__repr__, function).expect("set");
    assert_eq!(shown(&vm, &object), "shown");
    attr::delete(&vm, &a.to_value(), &vm.names.__repr__).expect("deleted");
    assert!(shown(&vm, &object).starts_with("<m.B object at 0x"));
    let unhashable = class(&vm, "U", &[], &[("__hash__", Value::None)]);
    let object = call::call0(&vm, &unhashable.to_value()).expect("an instance");
    let error = vm.hash(&object).expect_err("unhashable");
    assert_eq!(text(&vm, &error), "unhashable type: 'U'");
    let list = class(&vm, "L", &[&vm.types.list.to_value()], &[]);
    assert!(list.slots.add.get().is_none() && list.slots.sq_concat.get().is_some());
    assert!(list.slots.hash.get().is_none());
}

#[test]
fn types_of_python_refuse_nothing_and_native_ones_all() {
    let vm = vm();
    let name = vm.intern_str("x");
    let int = vm.types.int.to_value();
    let error = attr::set(&vm, &int, &name, Value::None).expect_err("immutable");
    assert_eq!(
        text(&vm, &error),
        "cannot set 'x' attribute of immutable type 'int'"
    );
    let a = class(&vm, "A", &[], &[]);
    let b = class(&vm, "B", &[], &[]);
    let c = class(&vm, "C", &[&a.to_value()], &[("y", vm.new_int(1))]);
    let bases = PyTuple::new(&vm, vec![b.to_value()]).into_value();
    attr::set(&vm, &c.to_value(), &vm.names.__bases__, bases).expect("compatible");
    assert_eq!(mro(&vm, &c), "<class 'm.C'> <class 'm.B'> <class 'object'>");
    assert!(a.live_subclasses().is_empty());
    let object = call::call0(&vm, &a.to_value()).expect("an instance");
    attr::set(&vm, &object, &name, vm.new_int(4)).expect("set");
    attr::set(&vm, &object, &vm.names.__class__, b.to_value()).expect("compatible");
    assert!(
        attr::get(&vm, &object, &name)
            .expect("x")
            .is(&vm.new_int(4))
    );
    let error = attr::set(&vm, &object, &vm.names.__class__, int).expect_err("another layout");
    assert_eq!(
        text(&vm, &error),
        "__class__ assignment only supported for mutable types or ModuleType subclasses"
    );
    assert!(call::call(&vm, &b.to_value(), Args::positional_only(&[Value::None])).is_err());
}

static GET: MethodDef = MethodDef {
    name: "f",
    doc: None,
    text_signature: None,
    binding: Binding::Instance,
    function: NativeFn::O(|vm, _, instance| {
        Ok(vm.new_tuple(vec![vm.new_str("got"), instance.clone()]))
    }),
};

#[test]
fn properties_and_super() {
    use crate::object::Payload;
    use crate::types::descriptor::property::PyProperty;
    use crate::types::super_::PySuper;
    let vm = vm();
    let get = PyBuiltinFunction::new(&vm, &GET, Value::NULL, None).into_value();
    let property = call::call1(&vm, &PyProperty::class(&vm).to_value(), &get).expect("a property");
    let a = class(&vm, "A", &[], &[("p", property), ("q", vm.new_int(7))]);
    let b = class(
        &vm,
        "B",
        &[&a.to_value()],
        &[("p", vm.new_int(1)), ("q", vm.new_int(8))],
    );
    let object = call::call0(&vm, &b.to_value()).expect("an instance");
    let (p, q) = (vm.intern_str("p"), vm.intern_str("q"));
    let super_class = PySuper::class(&vm).to_value();
    let bound = call::call_args(&vm, &super_class, &[b.to_value(), object.clone()]).expect("super");
    assert_eq!(shown(&vm, &bound), "<super: <class 'B'>, <B object>>");
    let got = attr::get(&vm, &bound, &p).expect("p behind B");
    let pair = got.downcast_ref::<PyTuple>().expect("a pair");
    assert!(pair.as_slice()[1].is(&object));
    assert!(attr::get(&vm, &bound, &q).expect("q").is(&vm.new_int(7)));
    let plain = call::call0(&vm, &a.to_value()).expect("an instance");
    let error = attr::set(&vm, &plain, &p, Value::None).expect_err("no setter");
    assert!(text(&vm, &error).ends_with("object has no setter"));
    let error = call::call_args(&vm, &super_class, &[b.to_value(), plain]).expect_err("not a B");
    assert_eq!(
        text(&vm, &error),
        "super(type, obj): obj must be an instance or subtype of type"
    );
}

#[test]
fn weak_references_die_with_their_object() {
    use crate::types::weakref::new_ref;
    use crate::types::weakref::proxy::new_proxy;
    let vm = vm();
    let a = class(&vm, "A", &[], &[("x", vm.new_int(7))]);
    let object = call::call0(&vm, &a.to_value()).expect("an instance");
    let reference = new_ref(&vm, &object, None).expect("weakly referenced");
    assert!(reference.is(&new_ref(&vm, &object, None).expect("shared")));
    let proxy = new_proxy(&vm, &object, None).expect("weakly referenced");
    let x = vm.intern_str("x");
    assert!(attr::get(&vm, &proxy, &x).expect("x").is(&vm.new_int(7)));
    assert!(call::call0(&vm, &reference).expect("alive").is(&object));
    drop(object);
    assert!(call::call0(&vm, &reference).expect("dead").is_none());
    let error = attr::get(&vm, &proxy, &x).expect_err("dead");
    assert_eq!(
        text(&vm, &error),
        "weakly-referenced object no longer exists"
    );
    let error = new_ref(&vm, &vm.new_int(1), None).expect_err("an int");
    assert_eq!(
        text(&vm, &error),
        "cannot create weak reference to 'int' object"
    );
}
