using FewShotAD.Domain.Common;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>Where tensors live and how many threads work on them. Chosen once per process, then passed on.</summary>
public sealed record Compute(Device Device, string Reason, int Threads)
{
    /// <summary>What <c>auto</c> may be replaced by, for messages.</summary>
    public const string Choices = "auto, cpu or cuda:N";

    public string Name => Device.type == DeviceType.CPU ? "cpu" : $"cuda:{Math.Max(0, Device.index)}";

    /// <summary>Sets the process up: threads, number formats, device.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="threads">0 takes one thread per processor. The same number gives the same bits.</param>
    public static Result<Compute> Configure(string device, int threads)
    {
        var count = threads > 0 ? threads : Environment.ProcessorCount;
        set_num_threads(count);
        // TF32 keeps 10 bits of mantissa: distances of 150 channels would depend on the card. Off, and said explicitly.
        backends.cuda.matmul.allow_tf32 = false;
        backends.cudnn.allow_tf32 = false;
        var wanted = device.Trim().ToUpperInvariant();
        if (wanted == "CPU")
            return new Compute(CPU, "The processor was asked for.", count);
        if (wanted == "AUTO")
        {
            return cuda.is_available()
                ? new Compute(new Device(DeviceType.CUDA, 0), "A graphics card is available.", count)
                : new Compute(CPU, "No graphics card is available.", count);
        }

        if (!wanted.StartsWith("CUDA:", StringComparison.Ordinal) || !int.TryParse(wanted.AsSpan(5), out var index) || index < 0)
            return new UnknownDevice(device);
        if (!cuda.is_available() || index >= cuda.device_count())
            return new DeviceMissing(device);
        return new Compute(new Device(DeviceType.CUDA, index), $"Graphics card {index} was asked for.", count);
    }
}

public sealed record UnknownDevice(string Device)
    : Error(ErrorKind.Invalid, "device.unknown", $"There is no device “{Device}”: choose {Compute.Choices}.");

public sealed record DeviceMissing(string Device)
    : Error(ErrorKind.Unavailable, "device.missing", $"The device {Device} is not available here: choose auto or cpu.");
