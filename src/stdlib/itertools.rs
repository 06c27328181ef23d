//! `itertools`.
//!
//! CPython 3.11: `Modules/itertoolsmodule.c`.

mod combinatoric;
mod filtering;
mod grouping;
mod infinite;
mod joining;
mod tee;

use derive::pymodule;

pub use itertools_module::DEF;

/// Functional tools for creating and using iterators.
///
/// Infinite iterators:
/// count(start=0, step=1) --> start, start+step, start+2*step, ...
/// cycle(p) --> p0, p1, ... plast, p0, p1, ...
/// repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
///
/// Iterators terminating on the shortest input sequence:
/// accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
/// chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
/// chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
/// compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
/// dropwhile(pred, seq) --> seq[n], seq[n+1], starting when pred fails
/// groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
/// filterfalse(pred, seq) --> elements of seq where pred(elem) is False
/// islice(seq, [start,] stop [, step]) --> elements from
///        seq[start:stop:step]
/// pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
/// starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
/// tee(it, n) --> (it1, it2 , ... itn) splits one iterator into n
/// takewhile(pred, seq) --> seq[0], seq[1], until pred fails
/// zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...
///
/// Combinatoric generators:
/// product(p, q, ... [repeat=1]) --> cartesian product
/// permutations(p[, r])
/// combinations(p, r)
/// combinations_with_replacement(p, r)
#[pymodule(
    name = "itertools",
    types(
        super::infinite::PyCount,
        super::infinite::PyCycle,
        super::infinite::PyRepeat,
        super::joining::PyAccumulate,
        super::joining::PyChain,
        super::joining::PyPairwise,
        super::joining::PyStarmap,
        super::joining::PyZipLongest,
        super::filtering::PyCompress,
        super::filtering::PyDropwhile,
        super::filtering::PyTakewhile,
        super::filtering::PyFilterfalse,
        super::filtering::PyIslice,
        super::grouping::PyGroupby,
        super::grouping::PyGrouper,
        super::tee::PyTee,
        super::tee::PyTeeData,
        super::combinatoric::PyProduct,
        super::combinatoric::PyPermutations,
        super::combinatoric::PyCombinations,
        super::combinatoric::PyCombinationsWithReplacement
    )
)]
mod itertools_module {
    use vm::context::{PyResult, Vm};
    use vm::object::Value;

    /// Returns a tuple of n independent iterators.
    #[pyfunction(sig = "tee($module, iterable, n=2, /)")]
    fn tee(vm: &Vm, iterable: &Value, n: isize) -> PyResult<Value> {
        super::tee::tee(vm, iterable, n)
    }
}
