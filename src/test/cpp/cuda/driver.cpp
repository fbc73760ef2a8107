// The part of the CUDA driver API that the backend calls, on the CPU, so that the same Java code launches the same kernels where there
// is no device. All work is done when it is asked for. Memory starts as NaN and lies between fences that are looked at after each launch.
// The numbers of errors and attributes are those of cuda.h.
#include "on_cpu.h"
#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim
#include <chrono>
#include <map>
#include <string>
#include <sys/mman.h>

using on_cpu::Size;
using Moment = std::chrono::steady_clock::time_point;
enum Result { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_CONTEXT = 201, NOT_FOUND = 500 };

using on_cpu::Kernel;
static std::map<std::string, Kernel>& kernels() {
    static std::map<std::string, Kernel> all;
    return all;
}
void on_cpu::enter(const Kernel& kernel) {
    if (!kernels().emplace(kernel.name, kernel).second) {
        fprintf(stderr, "two kernels have the name %s\n", kernel.name);
        abort();
    }
}

#ifdef __SANITIZE_ADDRESS__
static const size_t FENCE = 0; // the sanitizer sees it, and names the line
#else
static const size_t FENCE = 4 << 10;
#endif
static std::map<uint64_t, size_t> buffers;
static bool initialized;
static thread_local bool attached; // whether the context is that of this thread
#define ATTACHED if (!attached) return INVALID_CONTEXT
static size_t most = SIZE_MAX, used; // bytes

/** The buffer with an address; null if it is in none. */
static const std::pair<const uint64_t, size_t>* bufferOf(uint64_t p) {
    auto next = buffers.upper_bound(p);
    if (next == buffers.begin()) return nullptr;
    auto found = std::prev(next);
    return p < found->first + found->second ? &*found : nullptr;
}

/** Whether all bytes lie in one buffer. */
static bool lies(uint64_t p, size_t bytes) {
    auto* buffer = bufferOf(p);
    return buffer && p + bytes <= buffer->first + buffer->second;
}

bool on_cpu::lies(const void* p, size_t bytes) { return ::lies(reinterpret_cast<uint64_t>(p), bytes); }

/** Looks at the fences of a buffer that a kernel was given. */
static void look(const char* kernel, const void* address) {
    if (address == nullptr) return;
    auto* buffer = bufferOf(reinterpret_cast<uint64_t>(address));
    if (buffer == nullptr) {
        fprintf(stderr, "%s is given an address that is in no buffer\n", kernel);
        abort();
    }
    auto* p = reinterpret_cast<const unsigned char*>(buffer->first);
    for (size_t i = 0; i < FENCE; i++)
        if (p[i - FENCE] != 0xff || p[buffer->second + i] != 0xff) {
            fprintf(stderr, "%s writes %s a buffer of %zu bytes\n", kernel, p[i - FENCE] != 0xff ? "before" : "behind", buffer->second);
            abort();
        }
}

extern "C" {
int cuInit(unsigned) {
    initialized = true;
    return OK;
}
/** For tests: lets the memory have room for some bytes beside those that are in use; with -1, for all there are. */
void cuda_on_cpu_leave(int64_t bytes) { most = bytes < 0 ? SIZE_MAX : used + bytes; }
int cuDriverGetVersion(int* version) { return *version = 12060, OK; }
int cuDeviceGetCount(int* count) { return *count = 1, initialized ? OK : NOT_INITIALIZED; }
int cuDeviceGet(int* device, int) { return *device = 0, OK; }
int cuDeviceGetName(char* name, int length, int) { return snprintf(name, length, "CPU, for tests"), OK; }
int cuDeviceTotalMem_v2(size_t* bytes, int) { return *bytes = most == SIZE_MAX ? (size_t)16 << 30 : most, OK; }
int cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 16: *value = 2; break;           // multiprocessors
        case 75: *value = 8; break;           // compute capability, major
        case 76: *value = 0; break;           // and minor
        case 97: *value = 163 << 10; break;   // most shared memory of a block, bytes
        case 13: *value = 1410000; break;     // clock, kHz
        case 36: *value = 1215000; break;     // memory clock, kHz
        case 37: *value = 5120; break;        // memory bus, bits
        default: return INVALID_VALUE;
    }
    return OK;
}
int cuDevicePrimaryCtxRetain(void** context, int) { return *context = &buffers, OK; }
int cuDevicePrimaryCtxRelease_v2(int) { return OK; }
int cuCtxSetCurrent(void* context) { return attached = context == &buffers, attached ? OK : INVALID_VALUE; }
int cuGetErrorName(int error, const char** name) {
    *name = error == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : error == NOT_FOUND         ? "CUDA_ERROR_NOT_FOUND"
            : error == INVALID_CONTEXT ? "CUDA_ERROR_INVALID_CONTEXT"
                                       : "CUDA_ERROR_INVALID_VALUE";
    return OK;
}
int cuMemGetInfo_v2(size_t* free, size_t* total) {
    ATTACHED;
    *total = most == SIZE_MAX ? (size_t)16 << 30 : most;
    *free = *total - used;
    return OK;
}
int cuMemAlloc_v2(uint64_t* p, size_t bytes) {
    ATTACHED;
    if (bytes == 0) return INVALID_VALUE;
    if (bytes > most - used) return OUT_OF_MEMORY;
#ifdef __SANITIZE_ADDRESS__
    void* memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    if (memory == nullptr) return OUT_OF_MEMORY;
#else
    void* memory = mmap(nullptr, bytes + 2 * FENCE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return OUT_OF_MEMORY;
#endif
    memset(memory, 0xff, bytes + 2 * FENCE);
    *p = reinterpret_cast<uint64_t>(memory) + FENCE;
    buffers[*p] = bytes;
    used += bytes;
    return OK;
}
int cuMemFree_v2(uint64_t p) {
    ATTACHED;
    auto found = buffers.find(p);
    if (found == buffers.end()) return INVALID_VALUE;
    used -= found->second;
#ifdef __SANITIZE_ADDRESS__
    free(reinterpret_cast<void*>(p));
#else
    munmap(reinterpret_cast<void*>(p - FENCE), found->second + 2 * FENCE);
#endif
    buffers.erase(found);
    return OK;
}
int cuMemAllocHost_v2(void** p, size_t bytes) { ATTACHED; return *p = malloc(bytes), *p ? OK : OUT_OF_MEMORY; }
int cuMemFreeHost(void* p) { ATTACHED; return free(p), OK; }
int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void*) {
    ATTACHED;
    if (!lies(to, bytes)) return INVALID_VALUE;
    memcpy(reinterpret_cast<void*>(to), from, bytes);
    return OK;
}
int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void*) {
    ATTACHED;
    if (!lies(from, bytes)) return INVALID_VALUE;
    memcpy(to, reinterpret_cast<void*>(from), bytes);
    return OK;
}
int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void*) {
    ATTACHED;
    if (!lies(to, bytes) || !lies(from, bytes)) return INVALID_VALUE;
    memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
    return OK;
}
int cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, void*) {
    ATTACHED;
    if (!lies(to, bytes)) return INVALID_VALUE;
    memset(reinterpret_cast<void*>(to), value, bytes);
    return OK;
}
int cuModuleLoadDataEx(void** module, const void*, unsigned, int*, void**) { ATTACHED; return *module = &kernels(), OK; } // all are linked in
int cuModuleUnload(void*) { ATTACHED; return OK; }
int cuModuleGetFunction(void** function, void*, const char* name) {
    ATTACHED;
    auto found = kernels().find(name);
    if (found == kernels().end()) return NOT_FOUND;
    *function = &found->second;
    return OK;
}
int cuFuncSetAttribute(void*, int attribute, int value) { ATTACHED; return attribute == 8 && value <= 163 << 10 ? OK : INVALID_VALUE; }
int cuStreamCreate(void** stream, unsigned) { ATTACHED; return *stream = &buffers, OK; }
int cuStreamDestroy_v2(void*) { ATTACHED; return OK; }
int cuStreamSynchronize(void*) { ATTACHED; return OK; }
int cuEventCreate(void** event, unsigned) { ATTACHED; return *event = new Moment(), OK; }
int cuEventDestroy_v2(void* event) { ATTACHED; return delete static_cast<Moment*>(event), OK; }
int cuEventRecord(void* event, void*) { ATTACHED; return *static_cast<Moment*>(event) = std::chrono::steady_clock::now(), OK; }
int cuEventSynchronize(void*) { ATTACHED; return OK; }
int cuEventElapsedTime(float* ms, void* from, void* to) {
    ATTACHED;
    *ms = std::chrono::duration<float, std::milli>(*static_cast<Moment*>(to) - *static_cast<Moment*>(from)).count();
    return OK;
}

/** Ends the process where a device would refuse the launch, or go wrong silently: the test must not pass. */
int cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared_bytes, void*,
                   void** parameters, void**) {
    ATTACHED;
    auto& kernel = *static_cast<Kernel*>(function);
    if (gx == 0 || gy == 0 || gz == 0 || gx > 0x7fffffff || gy > 65535 || gz > 65535 || shared_bytes > 163 << 10) return INVALID_VALUE;
    if (bx * by * bz != kernel.threads) {
        fprintf(stderr, "%s is launched with blocks of %u threads; it is written for %u\n", kernel.name, bx * by * bz, kernel.threads);
        abort();
    }
    auto given = kernel.buffers(parameters);
    for (const void* buffer : given) look(kernel.name, buffer);
    on_cpu::run(kernel.name, {gx, gy, gz}, {bx, by, bz}, shared_bytes, [&] { kernel.call(parameters); });
    for (const void* buffer : given) look(kernel.name, buffer);
    return OK;
}
}
