// The part of cuBLASLt that the backend calls, by plain loops. What is tested with it is how the backend calls cuBLASLt: which operand is
// which, strides, types, addresses. It ends the process where the manual forbids a call, or where the backend promises more than that.
// Numbers are those of library_types.h, cublas_api.h and cublasLt.h.
#include "on_cpu.h"
#include <set>

namespace {
struct Layout {
    int type;
    uint64_t rows, columns;
    int64_t stride;
};
struct Description {
    bool tf32 = false;
    int transpose_a = 0, transpose_b = 0, epilogue = 1;
    const float* bias = nullptr;
};
struct Preference {
    uint64_t workspace = 0;
};
/** What an algorithm is found for; it is stored in the 64 bytes of a cublasLtMatmulAlgo_t. */
struct Algorithm {
    uint64_t m, n, k;
    int transpose_a, transpose_b, type, epilogue;
};
struct Result {
    union {
        Algorithm algorithm;
        uint64_t data[8];
    };
    size_t workspace;
    int status;
    float waves;
    int reserved[4];
};
static_assert(sizeof(Result) == 96, "as in cublasLt.h");

std::set<const void*> objects; // all that is created and not yet destroyed
const char HANDLE = 0;

void require(bool holds, const char* what) {
    if (holds) return;
    fprintf(stderr, "cuBLASLt: %s\n", what);
    abort();
}
template <typename T> int create(T** where, const T& value) {
    objects.insert(*where = new T(value));
    return 0;
}
template <typename T> int destroy(T* object) {
    require(objects.erase(object) == 1, "an object is destroyed that does not exist");
    delete object;
    return 0;
}
template <typename T> T& existing(T* object) {
    require(objects.count(object) == 1, "an object is used that does not exist");
    return *object;
}

/** The sizes of d = op(a) op(b), after a check of everything that is known without the numbers. */
Algorithm product(const Description& description, const Layout& a, const Layout& b, const Layout& c, const Layout& d) {
    for (const Layout* x : {&a, &b, &c, &d}) require(x->rows > 0 && x->columns > 0 && x->stride >= (int64_t)x->rows, "bad layout");
    Algorithm sizes{};
    sizes.m = d.rows, sizes.n = d.columns, sizes.k = description.transpose_a ? a.rows : a.columns;
    sizes.transpose_a = description.transpose_a, sizes.transpose_b = description.transpose_b;
    sizes.type = a.type, sizes.epilogue = description.epilogue;
    require((description.transpose_a ? a.columns : a.rows) == sizes.m, "op(a) and d differ in rows");
    require((description.transpose_b ? b.rows : b.columns) == sizes.n, "op(b) and d differ in columns");
    require((description.transpose_b ? b.columns : b.rows) == sizes.k, "op(a) and op(b) do not fit together");
    require(a.type == b.type && (a.type == 0 || a.type == 14) && d.type == 0, "types that are not supported together");
    require(c.rows == d.rows && c.columns == d.columns && c.stride == d.stride && c.type == d.type, "c and d differ");
    require(a.type != 14 || (a.stride % 8 == 0 && b.stride % 8 == 0), "rows of bfloat16 numbers that are not padded");
    require(description.epilogue != 4 || description.bias, "no bias");
    return sizes;
}

/** Checks that a matrix lies in the device's memory. */
void inside(const void* p, const Layout& x) {
    size_t bytes = ((x.columns - 1) * x.stride + x.rows) * (x.type == 14 ? 2 : 4);
    require(reinterpret_cast<uintptr_t>(p) % 16 == 0, "an address that is no multiple of 16");
    require(on_cpu::lies(p, bytes), "a matrix that reaches out of its buffer");
}
/** A number with the ten bits behind the point that TF32 keeps. */
float short_of(float x) { return __uint_as_float((__float_as_uint(x) + 0x1000) & 0xffffe000); }
float number(const void* x, const Layout& layout, uint64_t row, uint64_t column, bool tf32) {
    size_t i = column * layout.stride + row;
    if (layout.type == 14) return to_float(static_cast<const bf16*>(x)[i]);
    float value = static_cast<const float*>(x)[i];
    return tf32 ? short_of(value) : value;
}
} // namespace

extern "C" {
int cublasLtGetProperty(int property, int* value) {
    require(property >= 0 && property <= 2, "bad property");
    return *value = property == 0 ? 12 : property == 1 ? 6 : 4, 0;
}
int cublasLtCreate(const void** handle) { return *handle = &HANDLE, 0; }
int cublasLtDestroy(const void* handle) {
    require(handle == &HANDLE, "bad handle");
    return 0;
}
int cublasLtMatmulDescCreate(Description** description, int compute, int scale) {
    require((compute == 68 || compute == 77) && scale == 0, "CUBLAS_COMPUTE_32F or _FAST_TF32, and CUDA_R_32F are expected");
    Description created;
    created.tf32 = compute == 77;
    return create(description, created);
}
int cublasLtMatmulDescDestroy(Description* description) { return destroy(description); }
int cublasLtMatmulDescSetAttribute(Description* description, int attribute, const void* value, size_t size) {
    Description& d = existing(description);
    require(size == (attribute == 8 ? 8u : 4u), "bad size of an attribute");
    switch (attribute) {
        case 3: memcpy(&d.transpose_a, value, 4); break;
        case 4: memcpy(&d.transpose_b, value, 4); break;
        case 7: memcpy(&d.epilogue, value, 4); break;
        case 8: memcpy(&d.bias, value, 8); break;
        default: require(false, "bad attribute");
    }
    require((d.transpose_a | d.transpose_b | 1) == 1 && (d.epilogue == 1 || d.epilogue == 4), "bad value of an attribute");
    return 0;
}
int cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns, int64_t stride) {
    return create(layout, Layout{type, rows, columns, stride});
}
int cublasLtMatrixLayoutDestroy(Layout* layout) { return destroy(layout); }
int cublasLtMatmulPreferenceCreate(Preference** preference) { return create(preference, Preference()); }
int cublasLtMatmulPreferenceDestroy(Preference* preference) { return destroy(preference); }
int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value, size_t size) {
    require(attribute == 1 && size == 8, "bad attribute of a preference");
    memcpy(&existing(preference).workspace, value, 8);
    return 0;
}

/** It knows no way to compute a product of one number, so that there is one that the backend has to compute itself. */
int cublasLtMatmulAlgoGetHeuristic(const void* handle, Description* description, Layout* a, Layout* b, Layout* c, Layout* d,
                                   Preference* preference, int requested, Result* results, int* found) {
    require(handle == &HANDLE && requested == 1 && existing(preference).workspace > 0, "bad request for an algorithm");
    Algorithm sizes = product(existing(description), existing(a), existing(b), existing(c), existing(d));
    *found = 0;
    if (sizes.m == 1 && sizes.n == 1) return 15; // CUBLAS_STATUS_NOT_SUPPORTED
    memset(static_cast<void*>(results), 0, sizeof(Result));
    results->algorithm = sizes;
    *found = 1;
    return 0;
}

int cublasLtMatmul(const void* handle, Description* description, const float* alpha, const void* a, Layout* layout_a, const void* b,
                   Layout* layout_b, const float* beta, const void* c, Layout* layout_c, float* d, Layout* layout_d,
                   const Algorithm* algorithm, const void* workspace, size_t workspace_bytes, const void* stream) {
    const Layout &la = existing(layout_a), &lb = existing(layout_b), &ld = existing(layout_d);
    const Description& desc = existing(description);
    Algorithm sizes = product(desc, la, lb, existing(layout_c), ld);
    require(handle == &HANDLE && stream && *alpha == 1 && *beta == 0 && c == d, "bad call of cublasLtMatmul");
    require(memcmp(algorithm, &sizes, sizeof sizes) == 0, "an algorithm that was found for another product");
    require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0 && on_cpu::lies(workspace, workspace_bytes), "bad workspace");
    inside(a, la);
    inside(b, lb);
    inside(d, ld);
    bool biased = desc.epilogue == 4;
    if (biased) inside(desc.bias, {0, ld.rows, 1, (int64_t)ld.rows});
    for (uint64_t j = 0; j < sizes.n; j++)
        for (uint64_t i = 0; i < sizes.m; i++) {
            float sum = 0;
            for (uint64_t l = 0; l < sizes.k; l++) {
                float left = desc.transpose_a ? number(a, la, l, i, desc.tf32) : number(a, la, i, l, desc.tf32);
                sum += left * (desc.transpose_b ? number(b, lb, j, l, desc.tf32) : number(b, lb, l, j, desc.tf32));
            }
            d[j * ld.stride + i] = sum + (biased ? desc.bias[i] : 0);
        }
    return 0;
}
}
