//! `zlib.Compress` and `zlib.Decompress`.

use super::{decompressor, error, run_compressor, run_decompressor};
use derive::{Traverse, pymethods, pytype};
use flate2::{Compress, Decompress, FlushCompress};
use std::cell::{Cell, RefCell};
use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::convert::BytesLike;

/// A compressor.
#[pytype(name = "zlib.Compress", flags(DISALLOW_INSTANTIATION), doc = "", tables(COMPRESS))]
#[derive(Traverse)]
pub struct PyCompress {
    #[pytraverse(skip)]
    stream: RefCell<Option<Compress>>,
}

impl PyCompress {
    pub(super) fn from_stream(stream: Compress) -> PyCompress {
        PyCompress {
            stream: RefCell::new(Some(stream)),
        }
    }
}

#[pymethods(table = COMPRESS)]
impl PyCompress {
    /// Returns a bytes object containing compressed data.
    #[pymethod(sig = "compress($self, data, /)")]
    fn compress(&self, vm: &Vm, data: BytesLike) -> PyResult<Value> {
        let data = data.to_vec();
        let Some(mut stream) = self.stream.take() else {
            let text = "Error -2 while compressing data: inconsistent stream state";
            return Err(error(vm, text));
        };
        let out = run_compressor(vm, &mut stream, &data, FlushCompress::None);
        *self.stream.borrow_mut() = Some(stream);
        Ok(vm.new_bytes(&out?))
    }

    /// Return a bytes object containing any remaining compressed data.
    #[pymethod(sig = "flush($self, mode=4, /)")]
    fn flush(&self, vm: &Vm, mode: i32) -> PyResult<Value> {
        let flush = match mode {
            0 => return Ok(vm.new_bytes(&[])),
            1 => FlushCompress::Partial,
            2 => FlushCompress::Sync,
            3 => FlushCompress::Full,
            4 => FlushCompress::Finish,
            _ => return Err(error(vm, "Error -2 while flushing: inconsistent stream state")),
        };
        let Some(mut stream) = self.stream.take() else {
            return Err(error(vm, "Error -2 while flushing: inconsistent stream state"));
        };
        let out = run_compressor(vm, &mut stream, &[], flush);
        if mode != 4 {
            *self.stream.borrow_mut() = Some(stream);
        }
        Ok(vm.new_bytes(&out?))
    }
}

/// A decompressor.
#[pytype(name = "zlib.Decompress", flags(DISALLOW_INSTANTIATION), doc = "", tables(DECOMPRESS))]
#[derive(Traverse)]
pub struct PyDecompress {
    #[pytraverse(skip)]
    wbits: i32,
    #[pytraverse(skip)]
    dictionary: Option<Vec<u8>>,
    #[pytraverse(skip)]
    stream: RefCell<Option<Decompress>>,
    #[pytraverse(skip)]
    eof: Cell<bool>,
    #[pytraverse(skip)]
    unused: RefCell<Vec<u8>>,
    #[pytraverse(skip)]
    tail: RefCell<Vec<u8>>,
}

impl PyDecompress {
    pub(super) fn new(wbits: i32, dictionary: Option<Vec<u8>>) -> PyDecompress {
        PyDecompress {
            wbits,
            dictionary,
            stream: RefCell::new(None),
            eof: Cell::new(false),
            unused: RefCell::new(Vec::new()),
            tail: RefCell::new(Vec::new()),
        }
    }

    fn feed(&self, vm: &Vm, data: &[u8], max: usize, what: &str) -> PyResult<Vec<u8>> {
        if self.eof.get() {
            self.unused.borrow_mut().extend_from_slice(data);
            return Ok(Vec::new());
        }
        if data.is_empty() && self.stream.borrow().is_none() {
            return Ok(Vec::new());
        }
        let started = self.stream.take();
        let stream = started.or_else(|| {
            let mut stream = decompressor(self.wbits, data)?;
            if self.wbits < 0
                && let Some(dictionary) = &self.dictionary
            {
                // A dictionary that does not fit shows itself when the data are read.
                let _ = stream.set_dictionary(dictionary);
            }
            Some(stream)
        });
        let Some(mut stream) = stream else {
            return Err(vm.value_error("Invalid initialization option"));
        };
        let dictionary = self.dictionary.as_deref();
        let result = run_decompressor(vm, &mut stream, dictionary, data, max, what);
        *self.stream.borrow_mut() = Some(stream);
        let (out, used, ended) = result?;
        let rest = data[used..].to_vec();
        if ended {
            self.eof.set(true);
            self.unused.borrow_mut().extend_from_slice(&rest);
            self.tail.borrow_mut().clear();
        } else {
            *self.tail.borrow_mut() = rest;
        }
        Ok(out)
    }
}

#[pymethods(table = DECOMPRESS)]
impl PyDecompress {
    /// Return a bytes object containing the decompressed version of the data.
    #[pymethod(sig = "decompress($self, data, /, max_length=0)")]
    fn decompress(&self, vm: &Vm, data: BytesLike, max_length: isize) -> PyResult<Value> {
        let max = match usize::try_from(max_length) {
            Err(_) => return Err(vm.value_error("max_length must be non-negative")),
            Ok(0) => usize::MAX,
            Ok(max) => max,
        };
        let out = self.feed(vm, &data.to_vec(), max, "decompressing data")?;
        Ok(vm.new_bytes(&out))
    }

    /// Return a bytes object containing any remaining decompressed data.
    #[pymethod(sig = "flush($self, length=16384, /)")]
    fn flush(&self, vm: &Vm, length: isize) -> PyResult<Value> {
        if length <= 0 {
            return Err(vm.value_error("length must be greater than zero"));
        }
        let data = self.tail.take();
        let out = self.feed(vm, &data, usize::MAX, "flushing")?;
        Ok(vm.new_bytes(&out))
    }

    #[pygetset]
    fn eof(&self) -> bool {
        self.eof.get()
    }

    #[pygetset]
    fn unused_data(&self, vm: &Vm) -> Value {
        vm.new_bytes(&self.unused.borrow())
    }

    #[pygetset]
    fn unconsumed_tail(&self, vm: &Vm) -> Value {
        vm.new_bytes(&self.tail.borrow())
    }
}
