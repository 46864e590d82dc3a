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
        if (options.Device is not ("auto" or "cpu") && !options.Device.StartsWith("cuda", StringComparison.Ordinal))
            wrong.Add("Training:Device is auto, cpu or cuda:N.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
