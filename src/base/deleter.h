#pragma once
// For std::unique_ptr over what a C library frees by a function of its own.

namespace sealgate {

template <auto Function>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};

}  // namespace sealgate
