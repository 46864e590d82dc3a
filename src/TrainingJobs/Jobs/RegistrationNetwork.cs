using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Models;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>The network of a registration model, taken as it is: what is left to do for a new part are statistics of its shots.</summary>
internal static class RegistrationNetwork
{
    /// <returns>A method without a task, so that nothing of it is trained. The caller owns it.</returns>
    public static Result<IAnomalyMethod> Load(JobManifest manifest, Device device, Action<string> warn, CancellationToken ct)
    {
        if (manifest.Registration is not { } registration)
            return Result<IAnomalyMethod>.Fail(new RegistrationFileMissing());
        var read = ModelBundle.Read(registration.Path, ct);
        if (!read.Succeeded)
            return Result<IAnomalyMethod>.Fail(read.Error);
        var (made, wanted) = (read.Value.Manifest.Recipe, manifest.Recipe);
        if ((made.Method, made.Backbone, made.ImageSize) != (wanted.Method, wanted.Backbone, wanted.ImageSize))
            return Result<IAnomalyMethod>.Fail(new RegistrationOfOtherKind());
        if (wanted.Method == DetectionMethod.UniAd && !registration.KnowsPart)
            warn("This unified model was not trained over this project: it may reconstruct the part badly and score good images high as well. Look at the good test images first, or train one that includes the project.");
        return ReadyModel.Restore(read.Value, wanted, registration.Path, device);
    }
}

public sealed record RegistrationFileMissing()
    : Error(ErrorKind.Invalid, "registration.file", "The recipe names a registration model and the job brings no file of it.");

public sealed record RegistrationOfOtherKind()
    : Error(ErrorKind.Invalid, "registration.kind", "The registration model has another method, backbone or image size than the recipe says.");
