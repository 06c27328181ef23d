//! What the hash modules share: the hash object, over any algorithm.
//!
//! CPython 3.11: `Modules/md5module.c`, `sha1module.c`, `sha256module.c`, `sha512module.c`, `_sha3/`, `_blake2/`.

use derive::{Traverse, pymethods, pytype};
use digest::DynDigest;
use digest::{ExtendableOutput, Update, XofReader};
use std::cell::RefCell;
use vm::context::{PyResult, Vm};
use vm::object::{Args, PyRef, Value};
use vm::protocol::convert::BytesLike;
use vm::types::native::bind;
use vm::types::str::value::PyStr;

/// An algorithm's state.
pub(crate) enum State {
    /// One with a digest of fixed size.
    Fixed(Box<dyn DynDigest>),
    /// SHAKE-128.
    Shake128(::sha3::Shake128),
    /// SHAKE-256.
    Shake256(::sha3::Shake256),
    /// BLAKE2b.
    Blake2b(crate::blake2::Blake2<u64>),
    /// BLAKE2s.
    Blake2s(crate::blake2::Blake2<u32>),
}

impl State {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            State::Fixed(state) => state.update(bytes),
            State::Shake128(state) => state.update(bytes),
            State::Shake256(state) => state.update(bytes),
            State::Blake2b(state) => state.update(bytes),
            State::Blake2s(state) => state.update(bytes),
        }
    }

    fn digest(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        match self {
            State::Fixed(state) => return state.box_clone().finalize().into_vec(),
            State::Shake128(state) => state.clone().finalize_xof().read(&mut out),
            State::Shake256(state) => state.clone().finalize_xof().read(&mut out),
            State::Blake2b(state) => return state.clone().finish(),
            State::Blake2s(state) => return state.clone().finish(),
        }
        out
    }

    fn is_shake(&self) -> bool {
        matches!(self, State::Shake128(_) | State::Shake256(_))
    }

    fn digest_size(&self) -> usize {
        match self {
            State::Fixed(state) => state.output_size(),
            State::Shake128(_) | State::Shake256(_) => 0,
            State::Blake2b(state) => state.digest_size(),
            State::Blake2s(state) => state.digest_size(),
        }
    }

    fn copy(&self) -> State {
        match self {
            State::Fixed(state) => State::Fixed(state.box_clone()),
            State::Shake128(state) => State::Shake128(state.clone()),
            State::Shake256(state) => State::Shake256(state.clone()),
            State::Blake2b(state) => State::Blake2b(state.clone()),
            State::Blake2s(state) => State::Blake2s(state.clone()),
        }
    }
}

/// A hash in progress.
#[pytype(
    name = "_hashlib.HASH",
    flags(DISALLOW_INSTANTIATION),
    doc = "",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyHash {
    #[pytraverse(skip)]
    state: RefCell<State>,
    #[pytraverse(skip)]
    name: &'static str,
    #[pytraverse(skip)]
    block_size: usize,
}

/// A hash object; `data` is fed to it.
pub(crate) fn create(
    vm: &Vm,
    name: &'static str,
    block_size: usize,
    mut state: State,
    data: Option<&Value>,
) -> PyResult<Value> {
    if let Some(data) = data {
        state.update(&bytes_of(vm, data)?);
    }
    let state = RefCell::new(state);
    Ok(PyRef::new(
        vm,
        PyHash {
            state,
            name,
            block_size,
        },
    )
    .into_value())
}

/// The bytes that a hash takes: any buffer, but no str.
pub(crate) fn bytes_of(vm: &Vm, data: &Value) -> PyResult<Vec<u8>> {
    if data.downcast_ref::<PyStr>().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    if !vm::protocol::buffer::check(vm, data) {
        return Err(vm.type_error("object supporting the buffer API required"));
    }
    vm::protocol::buffer::to_vec(vm, data)
}

/// The constructor `name(string=b'', *, usedforsecurity=True)`.
pub(crate) fn construct(
    vm: &Vm,
    name: &'static str,
    block_size: usize,
    state: State,
    args: Args<'_>,
) -> PyResult<Value> {
    let [data, _] = bind(vm, name, &args, ["string", "usedforsecurity"], 1, 0)?;
    create(vm, name, block_size, state, data)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl PyHash {
    fn result(&self, vm: &Vm, length: Option<i64>) -> PyResult<Vec<u8>> {
        let state = self.state.borrow();
        let length = match (state.is_shake(), length) {
            (true, None) => {
                return Err(vm.type_error("digest() missing required argument 'length' (pos 1)"));
            }
            (false, Some(_)) => {
                return Err(vm.type_error("digest() takes no arguments (1 given)"));
            }
            (_, length) => length.unwrap_or(0),
        };
        match usize::try_from(length).ok().filter(|n| *n < 1 << 29) {
            Some(length) => Ok(state.digest(length)),
            None => Err(vm.value_error("value must be positive")),
        }
    }
}

#[pymethods]
impl PyHash {
    /// Update this hash object's state with the provided string.
    #[pymethod(sig = "update($self, obj, /)")]
    fn update(&self, vm: &Vm, obj: &Value) -> PyResult<()> {
        let bytes = bytes_of(vm, obj)?;
        self.state.borrow_mut().update(&bytes);
        Ok(())
    }

    /// Return the digest value as a bytes object.
    #[pymethod(sig = "digest($self, length=<unrepresentable>, /)")]
    fn digest(&self, vm: &Vm, length: Option<i64>) -> PyResult<Value> {
        Ok(vm.new_bytes(&self.result(vm, length)?))
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[pymethod(sig = "hexdigest($self, length=<unrepresentable>, /)")]
    fn hexdigest(&self, vm: &Vm, length: Option<i64>) -> PyResult<Value> {
        Ok(vm.new_str(&hex(&self.result(vm, length)?)))
    }

    /// Return a copy of the hash object.
    #[pymethod(sig = "copy($self, /)")]
    fn copy(&self, vm: &Vm) -> Value {
        let state = RefCell::new(self.state.borrow().copy());
        let (name, block_size) = (self.name, self.block_size);
        PyRef::new(
            vm,
            PyHash {
                state,
                name,
                block_size,
            },
        )
        .into_value()
    }

    #[pygetset]
    fn name(&self, vm: &Vm) -> Value {
        vm.new_str(self.name)
    }

    #[pygetset]
    fn block_size(&self) -> usize {
        self.block_size
    }

    #[pygetset]
    fn digest_size(&self) -> usize {
        self.state.borrow().digest_size()
    }
}

/// Reads a bytes argument that may be missing.
pub(crate) fn optional_bytes(vm: &Vm, value: Option<&Value>) -> PyResult<Vec<u8>> {
    value.map_or(Ok(Vec::new()), |value| {
        vm::protocol::convert::FromValue::from_value(
            vm,
            value,
            vm::protocol::convert::ArgName::new(""),
        )
        .map(|bytes: BytesLike| bytes.to_vec())
    })
}
