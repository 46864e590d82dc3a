using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;

namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>
/// A stand-in for the training program: a shell script that speaks the worker protocol. It replaces the process only; the
/// program itself is tested end to end elsewhere.
/// </summary>
internal static class FakeWorker
{
    public static readonly Calibration Calibration = new(1.5, 2.5, 1, 0.5, 2);

    /// <summary>Shell commands with <c>$work</c> as the work directory; stops as the real one does when they read its input.</summary>
    public static string Write(string folder, params string[] commands)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The stand-in for the training program is a bash script.");
        var path = Path.Combine(folder, $"worker-{Guid.NewGuid():N}.sh");
        Overwrite(path, folder, commands);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <param name="folder">Where the ids of started workers are written down.</param>
    public static void Overwrite(string path, string folder, IEnumerable<string> commands) => File.WriteAllText(
        path, $"#!/bin/bash\nwork=$(dirname \"$3\")\necho $$ >> \"{folder}/worker-pids\"\n{string.Join('\n', commands)}\n");

    public static string Say(WorkerMessage message) => $"printf '%s\\n' '{WorkerProtocol.Write(message).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public static string Started(int resumedFrom = 0) => Say(new WorkerMessage.Started("cpu", "The only device", 1, "0.1.0", "test", resumedFrom));

    public static string Step(int step, double loss) => Say(new WorkerMessage.StepDone(step, 1, loss, null, null, null));

    public static string Done => Say(new WorkerMessage.Done());

    /// <summary>A bundle and, for each image, a map and a heatmap.</summary>
    public static IEnumerable<string> Results(Team team, string content = "one")
    {
        yield return $"printf 'bundle {content}' > $work/model.fsad";
        yield return Say(new WorkerMessage.ModelWritten("model.fsad", 10, new string('a', 64), Calibration, [.. team.Support.Select((_, i) => 1.5 + i)]));
        yield return "mkdir -p $work/maps $work/heatmaps";
        var score = 1.0;
        foreach (var image in team.Test)
        {
            yield return $"printf 'map {content} {image.Id}' > $work/maps/{image.Id}; printf 'heat {content} {image.Id}' > $work/heatmaps/{image.Id}";
            yield return Say(new WorkerMessage.ImageScored(image.Id.ToString(), score++, $"maps/{image.Id}", $"heatmaps/{image.Id}", null, null));
        }

        yield return Say(new WorkerMessage.Evaluated(new EvaluationMetrics(2, 0, 0, 0.75, null, null, null)));
    }

    public static int[] Pids(string folder)
    {
        var file = Path.Combine(folder, "worker-pids");
        return File.Exists(file) ? [.. File.ReadAllLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture))] : [];
    }

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");
}
