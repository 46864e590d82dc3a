using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class RunStepConfiguration : IEntityTypeConfiguration<RunStep>
{
    public void Configure(EntityTypeBuilder<RunStep> builder)
    {
        builder.ToTable("RunSteps");
        builder.HasKey(step => new { step.TenantId, step.RunId, step.Step });
        builder.Property(step => step.Step).ValueGeneratedNever();
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(step => new { step.TenantId, step.RunId }).OnDelete(DeleteBehavior.Cascade);
    }
}
