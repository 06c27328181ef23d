//! `_bz2`, over the crate `bzip2` with its back end in Rust.
//!
//! A stream is taken out of its object while it runs, so that nothing is borrowed when memory is asked for.
//!
//! CPython 3.11: `Modules/_bz2module.c`.

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use derive::{Traverse, pymethods, pytype};
use std::cell::{Cell, RefCell};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Args, Py, PyType, Value, alloc};
use vm::protocol::convert::BytesLike;
use vm::protocol::convert_int::to_i32;
use vm::types::native::{arity, no_keywords};

pub use bz2_module::DEF;

fn failed(vm: &Vm, error: Error) -> PyErr {
    match error {
        Error::Param => vm.value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Data | Error::DataMagic => {
            vm.new_exception(ExcKind::OSError, vm.new_str("Invalid data stream"))
        }
        Error::Sequence => {
            vm.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2")
        }
    }
}

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[pytype(name = "_bz2.BZ2Compressor", tables(COMPRESSOR))]
#[derive(Traverse)]
pub struct PyCompressor {
    #[pytraverse(skip)]
    stream: RefCell<Option<Compress>>,
}

/// Feeds `input`; with `Finish`, until the stream has ended.
fn compressed(vm: &Vm, stream: &mut Compress, input: &[u8], action: Action) -> PyResult<Vec<u8>> {
    let (mut out, mut used) = (Vec::new(), 0);
    while action == Action::Finish || used < input.len() {
        if out.capacity() - out.len() < 1024 {
            let more = out.len().max(8192);
            vm.try_reserve(more)?;
            out.reserve(more);
        }
        let before = stream.total_in();
        let status = stream
            .compress_vec(&input[used..], &mut out, action)
            .map_err(|error| failed(vm, error))?;
        used += (stream.total_in() - before) as usize;
        if status == Status::StreamEnd {
            break;
        }
    }
    Ok(out)
}

#[pymethods(table = COMPRESSOR)]
impl PyCompressor {
    #[pyslot]
    fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "BZ2Compressor", &args)?;
        arity(vm, "BZ2Compressor", args.positional().len(), 0, 1)?;
        let level = args.positional().first().map_or(Ok(9), |level| to_i32(vm, level))?;
        if !(1..=9).contains(&level) {
            return Err(vm.value_error("compresslevel must be between 1 and 9"));
        }
        let stream = Compress::new(Compression::new(level as u32), 0);
        let stream = RefCell::new(Some(stream));
        Ok(alloc::new_object(class, PyCompressor { stream }).into_value())
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[pymethod(sig = "compress($self, data, /)")]
    fn compress(&self, vm: &Vm, data: BytesLike) -> PyResult<Value> {
        let data = data.to_vec();
        let Some(mut stream) = self.stream.take() else {
            return Err(vm.value_error("Compressor has been flushed"));
        };
        let out = compressed(vm, &mut stream, &data, Action::Run);
        *self.stream.borrow_mut() = Some(stream);
        Ok(vm.new_bytes(&out?))
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[pymethod(sig = "flush($self, /)")]
    fn flush(&self, vm: &Vm) -> PyResult<Value> {
        let Some(mut stream) = self.stream.take() else {
            return Err(vm.value_error("Repeated call to flush()"));
        };
        let out = compressed(vm, &mut stream, &[], Action::Finish)?;
        Ok(vm.new_bytes(&out))
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[pytype(name = "_bz2.BZ2Decompressor", tables(DECOMPRESSOR))]
#[derive(Traverse)]
pub struct PyDecompressor {
    #[pytraverse(skip)]
    stream: RefCell<Option<Decompress>>,
    /// Input that was given and not yet needed.
    #[pytraverse(skip)]
    input: RefCell<Vec<u8>>,
    #[pytraverse(skip)]
    unused: RefCell<Vec<u8>>,
    #[pytraverse(skip)]
    eof: Cell<bool>,
    #[pytraverse(skip)]
    needs_input: Cell<bool>,
}

/// Decompresses until the input or the stream ends, or there are `max` bytes; how much of the input was used, and whether the stream ended.
fn decompressed(
    vm: &Vm,
    stream: &mut Decompress,
    input: &[u8],
    max: usize,
) -> PyResult<(Vec<u8>, usize, bool)> {
    let (mut out, mut used) = (Vec::new(), 0);
    loop {
        if out.capacity() == out.len() && out.len() < max {
            let more = out.len().max(8192).min(max - out.len());
            vm.try_reserve(more)?;
            out.reserve_exact(more);
        }
        let before = (stream.total_in(), out.len());
        let status = stream
            .decompress_vec(&input[used..], &mut out)
            .map_err(|error| failed(vm, error))?;
        used += (stream.total_in() - before.0) as usize;
        if status == Status::StreamEnd {
            return Ok((out, used, true));
        }
        let idle = before == (stream.total_in(), out.len());
        let room = out.capacity() > out.len();
        if out.len() >= max || used == input.len() && room || room && idle {
            return Ok((out, used, false));
        }
    }
}

#[pymethods(table = DECOMPRESSOR)]
impl PyDecompressor {
    #[pyslot]
    fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "BZ2Decompressor", &args)?;
        arity(vm, "BZ2Decompressor", args.positional().len(), 0, 0)?;
        let made = PyDecompressor {
            stream: RefCell::new(Some(Decompress::new(false))),
            input: RefCell::default(),
            unused: RefCell::default(),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
        };
        Ok(alloc::new_object(class, made).into_value())
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either because this
    /// was less than *max_length* bytes, or because *max_length* was negative),
    /// *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached raises an
    /// EOFError.  Any data found after the end of the stream is ignored and saved in
    /// the unused_data attribute.
    #[pymethod(sig = "decompress($self, /, data, max_length=-1)")]
    fn decompress(&self, vm: &Vm, data: BytesLike, max_length: isize) -> PyResult<Value> {
        let max = usize::try_from(max_length).unwrap_or(usize::MAX);
        let Some(mut stream) = self.stream.take() else {
            let text = vm.new_str("End of stream already reached");
            return Err(vm.new_exception(ExcKind::EOFError, text));
        };
        let mut input = self.input.take();
        input.extend_from_slice(&data.to_vec());
        let result = decompressed(vm, &mut stream, &input, max);
        let ended = matches!(result, Ok((_, _, true)));
        if !ended {
            *self.stream.borrow_mut() = Some(stream);
        }
        let (out, used, _) = result?;
        let rest = input.split_off(used);
        self.eof.set(ended);
        self.needs_input.set(!ended && rest.is_empty());
        let place = if ended { &self.unused } else { &self.input };
        *place.borrow_mut() = rest;
        Ok(vm.new_bytes(&out))
    }

    /// True if the end-of-stream marker has been reached.
    #[pygetset]
    fn eof(&self) -> bool {
        self.eof.get()
    }

    /// Data found after the end of the compressed stream.
    #[pygetset]
    fn unused_data(&self, vm: &Vm) -> Value {
        vm.new_bytes(&self.unused.borrow())
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[pygetset]
    fn needs_input(&self) -> bool {
        self.needs_input.get()
    }
}

#[derive::pymodule(name = "_bz2", types(super::PyCompressor, super::PyDecompressor))]
mod bz2_module {}
