using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary>Talks to a person on standard error: a bar on a terminal, plain lines where output goes to a file.</summary>
internal sealed class Terminal : IDisposable
{
    private const int BarWidth = 30;
    private const int ExitCancelled = 130;

    private readonly bool live = !Console.IsErrorRedirected;
    private RunPhase phase;
    private StepDone? step;
    private int tenths = -1;
    private bool barShown;

    /// <summary>Runs a command and turns every way it can end into an exit code and a sentence.</summary>
    public static int Guard(Func<Result> run) => GuardAsync(() => Task.FromResult(run())).GetAwaiter().GetResult();

    /// <inheritdoc cref="Guard"/>
    public static async Task<int> GuardAsync(Func<Task<Result>> run)
    {
        try
        {
            var result = await run();
            if (result.Succeeded)
                return WorkerProtocol.ExitDone;
            Console.Error.WriteLine($"error: {result.Error.Message}");
            return WorkerProtocol.ExitFailed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return ExitCancelled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return WorkerProtocol.ExitFailed;
        }
    }

    public void Report(WorkerMessage message)
    {
        switch (message)
        {
            case Started started:
                Say($"Computing on {started.Device} with {started.Threads} threads. {started.DeviceReason}");
                if (started.ResumedFromEpoch > 0)
                    Say(string.Create(CultureInfo.InvariantCulture, $"Going on after epoch {started.ResumedFromEpoch}."));
                break;
            case PhaseChanged changed:
                phase = changed.Phase;
                break;
            case StepDone done:
                step = done;
                break;
            case Progress progress:
                Show(progress.Fraction, progress.SecondsLeft, Phase());
                break;
            case LogWritten log:
                Say(log.Severity == LogSeverity.Information ? log.Text : $"{log.Severity.ToString().ToLowerInvariant()}: {log.Text}");
                break;
        }
    }

    /// <param name="what">What is being done.</param>
    public void Show(double fraction, double? secondsLeft, string what)
    {
        var left = secondsLeft is { } seconds ? $"  {Time(seconds)} left" : "";
        var text = string.Create(CultureInfo.InvariantCulture, $"{fraction,4:0%}  {what}{left}");
        if (live)
        {
            var full = (int)(fraction * BarWidth);
            Console.Error.Write($"\r[{new string('#', full)}{new string('.', BarWidth - full)}] {text}\u001b[K");
            barShown = true;
        }
        else if ((int)(fraction * 10) > tenths)
        {
            tenths = (int)(fraction * 10);
            Console.Error.WriteLine(text);
        }
    }

    public void Say(string text)
    {
        Clear();
        Console.Error.WriteLine(text);
    }

    public void Dispose() => Clear();

    private string Phase() => phase == RunPhase.Training && step is { } s
        ? string.Create(CultureInfo.InvariantCulture, $"{phase}  step {s.Step}  loss {s.TaskLoss:0.0000}")
        : phase.ToString();

    private static string Time(double seconds) =>
        seconds >= 90
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s");

    private void Clear()
    {
        if (barShown)
            Console.Error.Write("\r\u001b[K");
        barShown = false;
    }
}
