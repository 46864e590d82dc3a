using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Says at start what a run would otherwise say at night.</summary>
internal sealed class TrainingOptionsValidation : IValidateOptions<TrainingOptions>
{
    public ValidateOptionsResult Validate(string? name, TrainingOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Executable))
            wrong.Add("Training:Executable is empty: name the training program (fewshotad or fewshotad.dll).");
        else if (!File.Exists(WorkPaths.ExecutableOf(options)))
            wrong.Add($"Training:Executable names “{WorkPaths.ExecutableOf(options)}”, which does not exist. Build or publish the training program, or correct the path.");
        if (options.Workers is < 1 or > 16)
            wrong.Add("Training:Workers goes from 1 to 16.");
        if (options.Threads is < 0 or > 1024)
            wrong.Add("Training:Threads goes from 0 (the program chooses) to 1024.");
        if (options.CancelGrace <= TimeSpan.Zero || options.CancelGrace > TimeSpan.FromSeconds(10))
            wrong.Add("Training:CancelGrace is longer than zero and at most ten seconds.");
        if (options.KeepWork <= TimeSpan.Zero)
            wrong.Add("Training:KeepWork must be longer than zero.");
        if (options.PerDevice is < 0 or > 16)
            wrong.Add("Training:PerDevice goes from 0 (as many as Training:Workers) to 16.");
        if (options.RunsPerTeam < 0)
            wrong.Add("Training:RunsPerTeam is 0 (no limit) or a number of runs.");
        if (options.Weights.Values.Any(weight => weight is not (>= 0.01 and <= 100)))
            wrong.Add("Training:Weights go from 0.01 to 100.");
        if (options.Devices.Count == 0 || options.Devices.Distinct(StringComparer.Ordinal).Count() != options.Devices.Count
            || options.Devices.Any(device => device is not ("auto" or "cpu") && !device.StartsWith("cuda", StringComparison.Ordinal)))
            wrong.Add("Training:Device is auto, cpu or cuda:N, or several different ones of these with commas between.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
