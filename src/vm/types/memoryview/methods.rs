//! Methods and attributes of `memoryview`.
//!
//! CPython 3.11: `Objects/memoryobject.c`.

use super::access::to_list;
use super::{Geometry, PyMemoryView};
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::number;
use crate::types::buffer_format as codes;
use crate::types::bytes::convert;
use crate::types::bytes::value::PyBytes;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use derive::pymethods;

/// The geometry with dimensions exchanged, whose C order is Fortran order.
fn transposed(geometry: &Geometry) -> Geometry {
    let mut other = geometry.clone();
    other.shape.reverse();
    other.strides.reverse();
    other
}

fn cast_to_format(vm: &Vm, source: &Geometry, format: &str) -> PyResult<Geometry> {
    let Some(code) = codes::native_code(format) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let is_byte = |code: Option<u8>| matches!(code, Some(b'B' | b'b' | b'c'));
    let source_code = codes::native_code(&source.format);
    if source_code.is_none() {
        return Err(vm.value_error(
            "memoryview: source format must be a native single character format prefixed with an optional '@'",
        ));
    }
    if !is_byte(source_code) && !is_byte(Some(code)) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let itemsize = codes::size_of_code(code).unwrap_or(1);
    let size = source.size();
    if size % itemsize != 0 {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    Ok(Geometry {
        offset: source.offset,
        format: format.into(),
        itemsize,
        readonly: source.readonly,
        shape: vec![size / itemsize],
        strides: vec![itemsize as isize],
    })
}

fn shape_argument(vm: &Vm, shape: &Value) -> PyResult<Vec<usize>> {
    let items = if let Some(list) = shape.downcast_ref::<PyList>() {
        list.to_vec()
    } else if let Some(tuple) = shape.downcast_ref::<PyTuple>() {
        tuple.as_slice().to_vec()
    } else {
        return Err(vm.type_error("shape must be a list or a tuple"));
    };
    if items.len() > 64 {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut sizes = Vec::with_capacity(items.len());
    for item in &items {
        if item.as_int().is_none() {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        let size = number::to_index_clipped(vm, item)?;
        match usize::try_from(size) {
            Ok(size) if size > 0 => sizes.push(size),
            _ => {
                return Err(
                    vm.value_error("memoryview.cast(): elements of shape must be integers > 0")
                );
            }
        }
    }
    Ok(sizes)
}

fn sizes(vm: &Vm, sizes: impl Iterator<Item = i64>) -> Value {
    vm.new_tuple(sizes.map(|size| vm.new_int(size)).collect())
}

#[pymethods]
impl PyMemoryView {
    /// Release the underlying buffer exposed by the memoryview object.
    #[pymethod(sig = "release($self, /)", name = "release")]
    fn py_release(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<()> {
        zelf.release(vm)
    }

    /// Return the data in the buffer as a byte string.
    #[pymethod(sig = "tobytes($self, /, order='C')")]
    fn tobytes(
        vm: &Vm,
        zelf: &Py<PyMemoryView>,
        order: Option<&Value>,
    ) -> PyResult<PyRef<PyBytes>> {
        let order = match order {
            Some(order) if !order.is_none() => match order.downcast_ref::<PyStr>() {
                Some(order) => order.to_string_lossy().into_owned(),
                None => {
                    return Err(vm.type_error(format!(
                        "tobytes() argument 'order' must be str or None, not {}",
                        order.class(vm).tp_name()
                    )));
                }
            },
            _ => "C".to_string(),
        };
        let fortran = match &order[..] {
            "C" => false,
            "F" => true,
            "A" => zelf.geometry.is_f_contiguous() && !zelf.geometry.is_c_contiguous(),
            _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
        };
        zelf.base(vm)?;
        vm.try_reserve(zelf.geometry.size())?;
        let bytes = if fortran {
            zelf.gather(vm, &transposed(&zelf.geometry))?
        } else {
            zelf.to_vec(vm)?
        };
        Ok(PyBytes::new(vm, &bytes))
    }

    /// Return the data in the buffer as a string of hexadecimal numbers.
    #[pymethod(
        sig = "hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        no_text_signature
    )]
    fn hex(
        vm: &Vm,
        zelf: &Py<PyMemoryView>,
        sep: Option<&Value>,
        bytes_per_sep: i32,
    ) -> PyResult<PyRef<PyStr>> {
        convert::hex(vm, &zelf.to_vec(vm)?, sep, bytes_per_sep)
    }

    /// Return the data in the buffer as a list of elements.
    #[pymethod(sig = "tolist($self, /)")]
    fn tolist(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<Value> {
        to_list(vm, zelf)
    }

    /// Return a readonly version of the memoryview.
    #[pymethod(sig = "toreadonly($self, /)")]
    fn toreadonly(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<PyRef<PyMemoryView>> {
        let base = zelf.base(vm)?;
        let mut geometry = zelf.geometry.clone();
        geometry.readonly = true;
        Ok(PyMemoryView::with(vm, base, geometry))
    }

    /// Cast a memoryview to a new format or shape.
    #[pymethod(sig = "cast($self, /, format, shape=<unrepresentable>)")]
    fn cast(
        vm: &Vm,
        zelf: &Py<PyMemoryView>,
        format: &Py<PyStr>,
        shape: Option<&Value>,
    ) -> PyResult<PyRef<PyMemoryView>> {
        let base = zelf.base(vm)?;
        let source = &zelf.geometry;
        if !source.is_c_contiguous() {
            return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
        }
        if (shape.is_some() || source.shape.len() != 1) && source.shape.contains(&0) {
            return Err(
                vm.type_error("memoryview: cannot cast view with zeros in shape or strides")
            );
        }
        let shape = shape.map(|shape| shape_argument(vm, shape)).transpose()?;
        if let Some(shape) = &shape
            && source.shape.len() != 1
            && shape.len() != 1
        {
            return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
        }
        let mut geometry = cast_to_format(vm, source, &format.to_string_lossy())?;
        if let Some(shape) = shape {
            let total = shape
                .iter()
                .try_fold(geometry.itemsize, |all, &size| all.checked_mul(size));
            if total != Some(source.size()) {
                return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
            }
            geometry.shape = shape;
            geometry.set_c_strides();
        }
        Ok(PyMemoryView::with(vm, base, geometry))
    }

    #[pymethod]
    fn __enter__(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<Value> {
        zelf.base(vm)?;
        Ok(zelf.to_value())
    }

    #[pymethod(sig = "__exit__(*args)", no_text_signature)]
    fn __exit__(vm: &Vm, zelf: &Py<PyMemoryView>, _args: &[Value]) -> PyResult<()> {
        zelf.release(vm)
    }
}

#[pymethods(table = ATTRIBUTES)]
impl PyMemoryView {
    /// The underlying object of the memoryview.
    #[pygetset]
    fn obj(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<Value> {
        let base = zelf.base(vm)?;
        Ok(if base.owner.is_null() {
            Value::None
        } else {
            base.owner.clone()
        })
    }

    /// The amount of space in bytes that the array would use in a contiguous representation.
    #[pygetset]
    fn nbytes(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<usize> {
        zelf.base(vm)?;
        Ok(zelf.geometry.size())
    }

    /// A bool indicating whether the memory is read only.
    #[pygetset]
    fn readonly(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<bool> {
        zelf.base(vm)?;
        Ok(zelf.geometry.readonly)
    }

    /// The size in bytes of each element of the memoryview.
    #[pygetset]
    fn itemsize(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<usize> {
        zelf.base(vm)?;
        Ok(zelf.geometry.itemsize)
    }

    /// A string containing the format (in struct module style) for each element in the view.
    #[pygetset]
    fn format(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<String> {
        zelf.base(vm)?;
        Ok(zelf.geometry.format.to_string())
    }

    /// An integer indicating how many dimensions of a multi-dimensional array the memory represents.
    #[pygetset]
    fn ndim(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<usize> {
        zelf.base(vm)?;
        Ok(zelf.geometry.shape.len())
    }

    /// A tuple of ndim integers giving the shape of the memory as an N-dimensional array.
    #[pygetset]
    fn shape(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<Value> {
        zelf.base(vm)?;
        Ok(sizes(
            vm,
            zelf.geometry.shape.iter().map(|&size| size as i64),
        ))
    }

    /// A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array.
    #[pygetset]
    fn strides(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<Value> {
        zelf.base(vm)?;
        Ok(sizes(
            vm,
            zelf.geometry.strides.iter().map(|&stride| stride as i64),
        ))
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[pygetset]
    fn suboffsets(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<Value> {
        zelf.base(vm)?;
        Ok(vm.empty_tuple().into_value())
    }

    /// A bool indicating whether the memory is C contiguous.
    #[pygetset]
    fn c_contiguous(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<bool> {
        zelf.base(vm)?;
        Ok(zelf.geometry.is_c_contiguous())
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[pygetset]
    fn f_contiguous(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<bool> {
        zelf.base(vm)?;
        Ok(zelf.geometry.is_f_contiguous())
    }

    /// A bool indicating whether the memory is contiguous.
    #[pygetset]
    fn contiguous(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<bool> {
        zelf.base(vm)?;
        Ok(zelf.geometry.is_c_contiguous() || zelf.geometry.is_f_contiguous())
    }
}
