//! throwaway
use bytecode::{CodeFlags, CodeObject, Constant, LocalKind};
use std::cell::Cell;
use vm::context::{PyResult, Thread, Vm};
use vm::object::PyCell;
use vm::object::*;
use vm::types::{
    builtin_function::PyBuiltinFunction, code::PyCode, dict::value::PyDict, str::value::PyStr,
    tuple::value::PyTuple,
};
fn s(vm: &Vm, o: &bytecode::StrObj) -> PyRef<PyStr> {
    vm.intern(PyStr::from_generalised_utf8(vm, o.as_bytes()))
}
fn k(vm: &Vm, c: &Constant) -> Value {
    match c {
        Constant::None => Value::None,
        Constant::Bool(b) => Value::bool(*b),
        Constant::Ellipsis => Value::Ellipsis,
        Constant::StopIteration => Value::None,
        Constant::Int(n) => vm.new_bigint((**n).clone()),
        Constant::Float(f) => vm.new_float(**f),
        Constant::Str(x) => s(vm, x).into_value(),
        Constant::Tuple(t) => vm.new_tuple(t.iter().map(|c| k(vm, c)).collect()),
        Constant::Code(c) => code(vm, c).into_value(),
        _ => Value::None,
    }
}
fn tup(vm: &Vm, c: &Constant) -> PyRef<PyTuple> {
    k(vm, c).downcast::<PyTuple>().ok().unwrap()
}
fn code(vm: &Vm, c: &CodeObject) -> PyRef<PyCode> {
    let kinds = c.localspluskinds.to_vec();
    let nlocals = kinds.iter().filter(|k| **k & LocalKind::LOCAL != 0).count() as u32;
    PyRef::new(
        vm,
        PyCode {
            argcount: c.argcount,
            posonlyargcount: c.posonlyargcount,
            kwonlyargcount: c.kwonlyargcount,
            stacksize: c.stacksize,
            flags: c.flags,
            firstlineno: c.firstlineno,
            code: (**c.code).to_vec().into(),
            consts: tup(vm, &c.consts),
            names: tup(vm, &c.names),
            localsplusnames: tup(vm, &c.localsplusnames),
            localspluskinds: kinds.clone().into(),
            nlocals,
            ncellvars: kinds.iter().filter(|k| **k & LocalKind::CELL != 0).count() as u32,
            nfreevars: kinds.iter().filter(|k| **k & LocalKind::FREE != 0).count() as u32,
            filename: PyCell::new(s(vm, &c.filename)),
            name: s(vm, &c.name),
            qualname: s(vm, &c.qualname),
            linetable: (**c.linetable).to_vec().into(),
            exceptiontable: (**c.exceptiontable).to_vec().into(),
            quickened: PyCell::new(None),
            quickened_start: Cell::new(std::ptr::null()),
        },
    )
}
fn print(vm: &Vm, _m: &Value, a: &[Value]) -> PyResult<Value> {
    let mut o = String::new();
    for (i, v) in a.iter().enumerate() {
        if i > 0 {
            o.push(' ')
        }
        o.push_str(&vm::protocol::repr::str_text(vm, v)?);
    }
    println!("{o}");
    Ok(Value::None)
}
static PRINT: MethodDef = MethodDef {
    name: "print",
    doc: None,
    text_signature: None,
    binding: Binding::Static,
    function: NativeFn::Fast(print),
};
fn range_(vm: &Vm, _m: &Value, a: &[Value]) -> PyResult<Value> {
    let n = a[0].as_small_int().unwrap();
    Ok(vm.new_list((0..n).map(|i| vm.new_int(i)).collect()))
}
static RANGE: MethodDef = MethodDef {
    name: "range",
    doc: None,
    text_signature: None,
    binding: Binding::Static,
    function: NativeFn::Fast(range_),
};
fn bc(vm: &Vm, _m: &Value, a: &[Value]) -> PyResult<Value> {
    let ns = PyDict::new(vm);
    vm::interp::eval::eval_class_body(vm, a[0].downcast_ref().unwrap(), &ns.as_value())?;
    vm::protocol::call::call_args(
        vm,
        &vm.types.type_.to_value(),
        &[a[1].clone(), vm.new_tuple(a[2..].to_vec()), ns.into_value()],
    )
}
static BC: MethodDef = MethodDef {
    name: "__build_class__",
    doc: None,
    text_signature: None,
    binding: Binding::Static,
    function: NativeFn::Fast(bc),
};
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let src = std::fs::read(&f).unwrap();
    let vm = vm::types::boot::boot(vm::context::hash_secret::HashSecret::new(0, 0));
    let th = Thread::default();
    vm.thread.set(&th);
    vm::interp::eval::install(&vm);
    th.stack_limit
        .set(vm::context::recursion::native_stack_limit());
    if std::env::var_os("NOSPEC").is_some() {
        vm.specialise.set(false);
    }
    let b = PyDict::new(&vm);
    for d in [&PRINT, &RANGE, &BC] {
        b.set_str(
            &vm,
            &vm.intern_str(d.name),
            PyBuiltinFunction::new(&vm, d, Value::None, None).into_value(),
        );
    }
    for t in [
        "list", "dict", "tuple", "str", "int", "float", "object", "type",
    ] {
        let ty = match t {
            "list" => &vm.types.list,
            "dict" => &vm.types.dict,
            "tuple" => &vm.types.tuple,
            "str" => &vm.types.str,
            "int" => &vm.types.int,
            "float" => &vm.types.float,
            "object" => &vm.types.object,
            _ => &vm.types.type_,
        };
        b.set_str(&vm, &vm.intern_str(t), ty.to_value());
    }
    for kk in vm::context::errors::ExcKind::ALL {
        b.set_str(
            &vm,
            &vm.intern_str(kk.name()),
            vm.exception_class(*kk).into_value(),
        );
    }
    vm.builtins.set(Some(b));
    let o = compiler::CompileOptions::named(&f);
    let c = compiler::compile(&src, &o).unwrap();
    let co = code(&vm, &c.code);
    let g = PyDict::new(&vm);
    g.set_str(&vm, &vm.names.__name__, vm.new_str("__main__"));
    let t = std::time::Instant::now();
    if let Err(e) = vm::interp::eval::eval_code(&vm, co, g, None, None) {
        println!(
            "ERR {} {}",
            e.exception().object().class().name_str(),
            vm::protocol::repr::str_text(&vm, &e.to_value()).unwrap_or_default()
        );
    }
    eprintln!("{:?}", t.elapsed());
    std::process::exit(0);
}
