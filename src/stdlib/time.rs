//! `time`: clocks, sleeping, calendar times.
//!
//! CPython 3.11: `Modules/timemodule.c`.

mod ffi;

pub use time_module::DEF;

use vm::context::host::Clock;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::Value;
use vm::types::tuple::value::PyTuple;

vm::structseq! {
    /// `time.struct_time`
    pub static STRUCT_TIME: "time.struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details.",
    visible: 9, flags: 0,
    fields: [
        ("tm_year", "year, for example, 1993"), ("tm_mon", "month of year, range [1, 12]"), ("tm_mday", "day of month, range [1, 31]"),
        ("tm_hour", "hours, range [0, 23]"), ("tm_min", "minutes, range [0, 59]"), ("tm_sec", "seconds, range [0, 61])"),
        ("tm_wday", "day of week, range [0, 6], Monday is 0"), ("tm_yday", "day of year, range [1, 366]"),
        ("tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"), ("tm_zone", "abbreviation of timezone name"),
        ("tm_gmtoff", "offset from UTC in seconds"),
    ]
}

fn failed(vm: &Vm, errno: i32) -> PyErr {
    vm.os_error(errno, None)
}

fn nanoseconds(vm: &Vm, clock: Clock) -> PyResult<i128> {
    vm.host().clock(clock).map_err(|errno| failed(vm, errno))
}

fn seconds(vm: &Vm, clock: Clock) -> PyResult<f64> {
    let ns = nanoseconds(vm, clock)?;
    let (whole, rest) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
    Ok(whole as f64 + rest as f64 * 1e-9)
}

/// The seconds a calendar function is asked about: the argument, or now.
fn moment(vm: &Vm, argument: &Value) -> PyResult<i64> {
    if argument.is_none() {
        return Ok(nanoseconds(vm, Clock::REALTIME)?.div_euclid(1_000_000_000) as i64);
    }
    if let Some(n) = argument.as_int() {
        return n
            .to_i64()
            .ok_or_else(|| vm.overflow_error("timestamp out of range for platform time_t"));
    }
    let value = vm::protocol::number::to_f64(vm, argument)?;
    if value.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if value.abs() >= 9.2e18 {
        return Err(vm.overflow_error("timestamp out of range for platform time_t"));
    }
    Ok(value.floor() as i64)
}

fn struct_time(vm: &Vm, fields: &ffi::Broken) -> Value {
    let mut values: Vec<Value> = fields.numbers.iter().map(|n| vm.new_int((*n).into())).collect();
    values.push(vm.new_str(&fields.zone));
    values.push(vm.new_int(fields.offset));
    STRUCT_TIME.new_value(vm, values)
}

/// The nine numbers of a calendar time given by a program.
fn numbers(vm: &Vm, value: &Value) -> PyResult<[i32; 9]> {
    let Some(tuple) = value.downcast_ref::<PyTuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    let mut numbers = [0; 9];
    if tuple.len() != 9 {
        return Err(vm.type_error("asctime(): illegal time tuple argument"));
    }
    for (place, item) in numbers.iter_mut().zip(tuple.as_slice()) {
        let index = vm::protocol::number::index(vm, item)?;
        let number = index.as_int().and_then(|n| n.to_i64()).and_then(|n| i32::try_from(n).ok());
        *place = number.ok_or_else(|| vm.overflow_error("Python int too large to convert to C int"))?;
    }
    Ok(numbers)
}

fn local(vm: &Vm, at: i64) -> PyResult<ffi::Broken> {
    ffi::localtime(at).map_err(|errno| failed(vm, errno))
}

/// The module.
#[derive::pymodule(name = "time")]
pub mod time_module {
    //! This module provides various functions to manipulate time values.
    use super::{STRUCT_TIME, failed, ffi, local, moment, nanoseconds, numbers, seconds, struct_time};
    use vm::context::host::Clock;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;

    #[pyattr]
    const CLOCK_REALTIME: i64 = 0;
    #[pyattr]
    const CLOCK_MONOTONIC: i64 = 1;
    #[pyattr]
    const CLOCK_PROCESS_CPUTIME_ID: i64 = 2;
    #[pyattr]
    const CLOCK_THREAD_CPUTIME_ID: i64 = 3;
    #[pyattr]
    const CLOCK_MONOTONIC_RAW: i64 = 4;
    #[pyattr]
    const CLOCK_BOOTTIME: i64 = 7;
    #[pyattr]
    const CLOCK_TAI: i64 = 11;
    #[pyattr]
    const _STRUCT_TM_ITEMS: i64 = 11;

    /// Return the current time in seconds since the Epoch.
    #[pyfunction(no_text_signature)]
    fn time(vm: &Vm) -> PyResult<f64> {
        seconds(vm, Clock::REALTIME)
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[pyfunction]
    fn time_ns(vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_bigint(nanoseconds(vm, Clock::REALTIME)?.into()))
    }

    /// Monotonic clock, cannot go backward.
    #[pyfunction]
    fn monotonic(vm: &Vm) -> PyResult<f64> {
        seconds(vm, Clock::MONOTONIC)
    }

    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[pyfunction]
    fn monotonic_ns(vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_bigint(nanoseconds(vm, Clock::MONOTONIC)?.into()))
    }

    /// Performance counter for benchmarking.
    #[pyfunction]
    fn perf_counter(vm: &Vm) -> PyResult<f64> {
        seconds(vm, Clock::MONOTONIC)
    }

    /// Performance counter for benchmarking as nanoseconds.
    #[pyfunction]
    fn perf_counter_ns(vm: &Vm) -> PyResult<Value> {
        monotonic_ns(vm)
    }

    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn process_time(vm: &Vm) -> PyResult<f64> {
        seconds(vm, Clock::PROCESS_CPUTIME)
    }

    /// Process time for profiling as nanoseconds: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn process_time_ns(vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_bigint(nanoseconds(vm, Clock::PROCESS_CPUTIME)?.into()))
    }

    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn thread_time(vm: &Vm) -> PyResult<f64> {
        seconds(vm, Clock::THREAD_CPUTIME)
    }

    /// Thread time for profiling as nanoseconds: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn thread_time_ns(vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_bigint(nanoseconds(vm, Clock::THREAD_CPUTIME)?.into()))
    }

    /// Return the time of the specified clock clk_id.
    #[pyfunction(sig = "clock_gettime(clk_id, /)", no_text_signature)]
    fn clock_gettime(vm: &Vm, clk_id: i32) -> PyResult<f64> {
        seconds(vm, Clock(clk_id))
    }

    /// Return the time of the specified clock clk_id as nanoseconds.
    #[pyfunction(sig = "clock_gettime_ns(clk_id, /)", no_text_signature)]
    fn clock_gettime_ns(vm: &Vm, clk_id: i32) -> PyResult<Value> {
        Ok(vm.new_bigint(nanoseconds(vm, Clock(clk_id))?.into()))
    }

    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating point number for subsecond precision.
    #[pyfunction(sig = "sleep(seconds, /)", no_text_signature)]
    fn sleep(vm: &Vm, seconds: &Value) -> PyResult<()> {
        let wanted = vm::protocol::number::to_f64(vm, seconds)?;
        if wanted.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if wanted < 0.0 {
            return Err(vm.value_error("sleep length must be non-negative"));
        }
        if wanted > 9.2e9 {
            return Err(vm.overflow_error("timestamp too large to convert to C _PyTime_t"));
        }
        let end = nanoseconds(vm, Clock::MONOTONIC)? + (wanted * 1e9).ceil() as i128;
        loop {
            let left = end - nanoseconds(vm, Clock::MONOTONIC)?;
            match vm.blocking(|host| host.sleep(left.max(0) as u64)) {
                Ok(()) => return Ok(()),
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                Err(errno) => return Err(failed(vm, errno)),
            }
        }
    }

    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    #[pyfunction(sig = "gmtime(seconds=None, /)", no_text_signature)]
    fn gmtime(vm: &Vm, seconds: &Value) -> PyResult<Value> {
        let broken = ffi::gmtime(moment(vm, seconds)?).map_err(|errno| failed(vm, errno))?;
        Ok(struct_time(vm, &broken))
    }

    /// Convert seconds since the Epoch to a time tuple expressing local time.
    #[pyfunction(sig = "localtime(seconds=None, /)", no_text_signature)]
    fn localtime(vm: &Vm, seconds: &Value) -> PyResult<Value> {
        Ok(struct_time(vm, &local(vm, moment(vm, seconds)?)?))
    }

    /// Convert a time tuple in local time to seconds since the Epoch.
    #[pyfunction(sig = "mktime(tuple, /)", no_text_signature)]
    fn mktime(vm: &Vm, tuple: &Value) -> PyResult<f64> {
        match ffi::mktime(&numbers(vm, tuple)?) {
            Some(seconds) => Ok(seconds as f64),
            None => Err(vm.overflow_error("mktime argument out of range")),
        }
    }

    fn given(vm: &Vm, tuple: Option<&Value>) -> PyResult<[i32; 9]> {
        match tuple {
            Some(tuple) => numbers(vm, tuple),
            None => Ok(local(vm, moment(vm, &Value::None)?)?.numbers),
        }
    }

    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    #[pyfunction(sig = "asctime(tuple=<unrepresentable>, /)", no_text_signature)]
    fn asctime(vm: &Vm, tuple: Option<&Value>) -> PyResult<String> {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let [year, month, day, hour, minute, second, weekday, _, _] = given(vm, tuple)?;
        let month = month.clamp(1, 12) as usize - 1;
        let weekday = weekday.rem_euclid(7) as usize;
        Ok(format!("{} {}{day:>3} {hour:02}:{minute:02}:{second:02} {year}", DAYS[weekday], MONTHS[month]))
    }

    /// Convert a time in seconds since the Epoch to a string in local time.
    #[pyfunction(sig = "ctime(seconds=None, /)", no_text_signature)]
    fn ctime(vm: &Vm, seconds: &Value) -> PyResult<String> {
        let value = struct_time(vm, &local(vm, moment(vm, seconds)?)?);
        asctime(vm, Some(&value))
    }

    /// Convert a time tuple to a string according to a format specification.
    #[pyfunction(sig = "strftime(format, tuple=<unrepresentable>, /)", no_text_signature)]
    fn strftime(vm: &Vm, format: String, tuple: Option<&Value>) -> PyResult<String> {
        let text = ffi::strftime(format.as_bytes(), &given(vm, tuple)?);
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Parse a string to a time tuple according to a format specification.
    #[pyfunction]
    fn strptime(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<Value> {
        let module = vm::import::import_name::import_module(vm, "_strptime")?;
        let function = vm::import::util::get(vm, &module, "_strptime_time")?;
        vm::protocol::call::call(vm, &function, args)
    }

    /// Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ'].
    #[pyfunction]
    fn tzset(vm: &Vm) {
        let _ = vm;
        ffi::tzset();
    }

    /// Return information about the specified clock.
    #[pyfunction(sig = "get_clock_info(name, /)", no_text_signature)]
    fn get_clock_info(vm: &Vm, name: String) -> PyResult<Value> {
        let (call, monotonic, adjustable) = match name.as_str() {
            "time" => ("clock_gettime(CLOCK_REALTIME)", false, true),
            "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", true, false),
            "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
            "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
            _ => return Err(vm.value_error("unknown clock")),
        };
        let types = vm::import::import_name::import_module(vm, "types")?;
        let info = vm::import::util::call_method(vm, &types, "SimpleNamespace", &[])?;
        set(vm, &info, "implementation", vm.new_str(call))?;
        set(vm, &info, "monotonic", Value::bool(monotonic))?;
        set(vm, &info, "adjustable", Value::bool(adjustable))?;
        set(vm, &info, "resolution", vm.new_float(1e-9))?;
        Ok(info)
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        set(vm, module, "struct_time", STRUCT_TIME.class(vm).to_value())?;
        ffi::tzset();
        // Offsets in January and July tell standard from summer time, whichever hemisphere.
        let (winter, summer) = (local(vm, 1_577_880_000)?, local(vm, 1_593_604_800)?);
        let (standard, other) = if winter.offset <= summer.offset { (&winter, &summer) } else { (&summer, &winter) };
        set(vm, module, "timezone", vm.new_int(-standard.offset))?;
        set(vm, module, "altzone", vm.new_int(-other.offset))?;
        set(vm, module, "daylight", vm.new_int(i64::from(standard.offset != other.offset)))?;
        let names = vec![vm.new_str(&standard.zone), vm.new_str(&other.zone)];
        set(vm, module, "tzname", vm.new_tuple(names))
    }
}
