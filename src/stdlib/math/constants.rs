//! The numbers that `math` and `cmath` both have.

use derive::pymodule;

#[pymodule]
pub mod constants_part {
    use vm::context::Vm;
    use vm::object::Value;

    #[pyattr]
    fn pi(vm: &Vm) -> Value {
        vm.new_float(std::f64::consts::PI)
    }

    #[pyattr]
    fn e(vm: &Vm) -> Value {
        vm.new_float(std::f64::consts::E)
    }

    #[pyattr]
    fn tau(vm: &Vm) -> Value {
        vm.new_float(std::f64::consts::TAU)
    }

    #[pyattr]
    fn inf(vm: &Vm) -> Value {
        vm.new_float(f64::INFINITY)
    }

    #[pyattr]
    fn nan(vm: &Vm) -> Value {
        vm.new_float(f64::NAN)
    }
}
