"""Guards every Python that a test starts: kernels, command lines, servers."""

import outside

outside.refuse()
