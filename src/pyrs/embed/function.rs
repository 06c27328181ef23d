//! Rust closures as Python functions.

use super::convert::FromPython;
use super::error::{Error, Result};
use super::object::Object;
use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::{Args, PyRef, Value};

type Code = Box<dyn Fn(&Vm, &[Value]) -> PyResult<Value>>;

/// A function of the program that embeds the interpreter.
#[pytype(
    name = "pyrs.host_function",
    flags(GC, DISALLOW_INSTANTIATION),
    doc = "A function of the embedding program.",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct HostFunction {
    #[pytraverse(skip)]
    name: String,
    #[pytraverse(skip)]
    code: Code,
}

#[pymethods]
impl HostFunction {
    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        if args.kw_len() > 0 {
            let name = &self.name;
            return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
        }
        (self.code)(vm, args.positional())
    }

    #[pyslot]
    fn repr(&self, vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_str(&format!("<host function {}>", self.name)))
    }

    #[pygetset]
    fn __name__(&self, vm: &Vm) -> Value {
        vm.new_str(&self.name)
    }
}

/// A function object around a closure.
pub fn new(
    vm: &Vm,
    name: &str,
    code: impl Fn(&Vm, &[Value]) -> PyResult<Value> + 'static,
) -> Value {
    let function = HostFunction {
        name: name.to_owned(),
        code: Box::new(code),
    };
    PyRef::new(vm, function).into_value()
}

/// The arguments of a host function: a tuple of values.
pub trait FromArgs: Sized {
    /// Converts positional arguments.
    ///
    /// # Errors
    /// `TypeError` for a wrong number or type.
    fn from_args(args: &[Object]) -> Result<Self>;
}

fn wrong_count(expected: usize, given: usize) -> Error {
    let plural = if expected == 1 { "" } else { "s" };
    Error::type_error(format!(
        "host function takes {expected} positional argument{plural} but {given} were given"
    ))
}

macro_rules! from_args {
    ($count:literal: $($name:ident $index:literal),*) => {
        impl<$($name: FromPython),*> FromArgs for ($($name,)*) {
            fn from_args(args: &[Object]) -> Result<Self> {
                if args.len() != $count {
                    return Err(wrong_count($count, args.len()));
                }
                Ok(($($name::from_python(&args[$index])?,)*))
            }
        }
    };
}

from_args!(0:);
from_args!(1: A 0);
from_args!(2: A 0, B 1);
from_args!(3: A 0, B 1, C 2);
from_args!(4: A 0, B 1, C 2, D 3);
from_args!(5: A 0, B 1, C 2, D 3, E 4);
from_args!(6: A 0, B 1, C 2, D 3, E 4, F 5);
