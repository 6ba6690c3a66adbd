"""The chain by dense matrices: the plainest method, for the others to be judged by."""

import numpy as np

X = np.array([[0.0, 1.0], [1.0, 0.0]])
Z = np.diag([1.0, -1.0])


def on_site(matrix, site, L):
    """Return the operator on one of L sites; site 0 is the first factor."""
    left, right = np.eye(2**site), np.eye(2 ** (L - 1 - site))
    return np.kron(np.kron(left, matrix), right)


def dense_hamiltonian(chain):
    L = chain.L
    H = -chain.g * sum(on_site(X, i, L) for i in range(L))
    for i in range(L if chain.is_periodic else L - 1):
        H = H - chain.J * on_site(Z, i, L) @ on_site(Z, (i + 1) % L, L)
    return H


def parity_operator(L):
    return np.linalg.multi_dot([on_site(X, i, L) for i in range(L)])


def dense_answers(chain):
    """Return the two lowest energies, all energies and the even state's entropies."""
    energies = np.linalg.eigvalsh(dense_hamiltonian(chain))
    P = parity_operator(chain.L)
    # Moving the odd states up leaves the even ground state alone at the bottom.
    vectors = np.linalg.eigh(dense_hamiltonian(chain) - 100.0 * P)[1]
    psi = vectors[:, 0]
    entropies = []
    for cut in range(1, chain.L):
        p = np.linalg.svd(psi.reshape(2**cut, -1), compute_uv=False) ** 2
        p = p[p > 0]
        entropies.append(-np.sum(p * np.log(p)))
    return energies, np.array(entropies)
