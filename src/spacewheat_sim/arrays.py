"""Types of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.intp]
# Indices as kernels take them: half the bytes to read.
Int32Array = NDArray[np.int32]
UInt32Array = NDArray[np.uint32]
