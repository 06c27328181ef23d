//! pyrs-vm.
